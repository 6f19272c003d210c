"""Pictures: bytes from anywhere → what they are, and a small sound file that a mail can carry.

`inspect` tells kind and size and reads the whole picture once, so that what is damaged is known before it is mailed;
`fitted` makes the file that is mailed: upright, no larger than it is shown on a sharp screen, without what a camera or
a program noted in it, in a kind that every mail program shows. What is no picture, or could not be one on any screen,
is a PictureError that says what was found. Nothing of a file that is no picture ever comes out of here: what goes on is
made of pixels.

Pillow does the reading; here alone it is imported. Pure: no file, no socket, no clock.
"""

from newsletter.pictures.fit import QUALITY, fitted
from newsletter.pictures.inspect import Limits, inspect

__all__ = ["QUALITY", "Limits", "fitted", "inspect"]
