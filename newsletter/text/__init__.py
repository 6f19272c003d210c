"""Words on their way in and out: sentences, languages, cleaning, wrapping and the editor's Markdown. No I/O."""
