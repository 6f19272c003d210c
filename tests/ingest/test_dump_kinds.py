"""Kinds of pages as people save them, and what an editor would want of each: all text here is ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.models import Article

Read = Callable[..., Article]

_BLOG = """Small queues, large calm - Rune's notes
Home
Archive
About
RSS
Small queues, large calm
Posted on March 3, 2026 by Rune Berg
4 min read
Every queue I have ever put between two services has been full or empty, and never in between.
The timeout matters more than the size. A producer that waits forever has died without telling anybody.
In the next post I will look at what happens when the consumer crashes.
2 responses to “Small queues, large calm”
Anna
March 4, 2026 at 8:15 am
Thanks, this is what I needed. Do you use the same size for every queue?
Reply
Leave a Reply
"""
_RECIPE = """Rye pancakes with plums - Kitchen by the Lake
Recipes
Shop
Newsletter
Print
Rye pancakes with plums
By Ilse Holm
October 9, 2025
My grandmother made these on the last warm Sunday of the year, when the plums were so ripe that they fell.
Rye flour makes the pancakes dark and a little sour, so the plums can be as sweet as they like.
Ingredients
200 g rye flour
3 eggs
400 ml milk
12 ripe plums
Instructions
1. Whisk the eggs with the milk and the salt.
2. Stir in the flour, and let the batter rest for thirty minutes.
3. Halve the plums and cook them with the honey for ten minutes over a low heat.
Notes
The batter thickens while it rests. Add a spoon of milk if it does not run.
Did you make this recipe?
Tag @kitchenbythelake on Instagram and let us know how it went!
You might also like
Oat bread in a pot
Apple soup
© 2025 Kitchen by the Lake
"""
_FRENCH = """Le dernier phare de l'île - La Vigie
Accueil
Culture
Se connecter
Le dernier phare de l'île
Par Anne Morel
Publié le 5 mai 2025 à 09h30
Partager
Depuis 1862, quelqu'un monte chaque soir les cent douze marches du phare. Ce sera bientôt une machine.
Le gardien a soixante-trois ans. Il dit qu'il n'est pas triste, mais il a demandé à garder la clé.
« La mer ne regarde pas qui allume », explique-t-il. « C'est nous qui regardons. »
La commune voudrait ouvrir une chambre d'hôtes dans la tour. L'État n'a pas encore répondu.
À lire aussi
Les oiseaux reviennent sur la dune
© La Vigie 2025
"""
_MAIL = """View this email in your browser

THE TIDE TABLE
Issue 48 - 6 March 2026

Good morning. The herring are late, the ferry is early, and
somebody has painted the harbour master's door green. Here is
what else happened on the coast this week.

THE PIER AT SANDHOLM
Divers have finished looking at the piles, and what they found
is worse than anybody thought: eleven of forty are loose. The
county will pay for new ones, but the yard in Finland has no
room for them before the end of March.

You are receiving this email because you signed up at
tidetable.example.
Unsubscribe | Update your preferences
"""
_NUMBERED = """Four ways to a calm desk - The Quiet Office
Home
Subscribe
Four ways to a calm desk
A desk is calm when nothing on it asks for anything. These are the ways that have worked for us over the years.
1. Clear the top
Put everything that is on the desk into a box, and take out of it only what you have needed by Friday evening.
2. Consider calling in a friend
Someone who has never seen your desk will ask what each thing is for, and you will hear yourself having no answer.
3. Turn the chair round
What you see when you look up matters as much as what you see when you look down, and a window is best of all.
Related articles
Ten lamps for the winter
"""
_ARABIC = """مكتبة صغيرة في الميناء | أخبار الساحل
الرئيسية
الأخبار
اتصل بنا
تسجيل الدخول
مكتبة صغيرة في الميناء
بقلم ليلى حداد
3 فبراير 2026
على رصيف الميناء القديم تقف سفينة لم تعد تبحر، وفي داخلها مكتبة صغيرة يزورها الأطفال كل يوم بعد المدرسة.
كان صاحبها صيادا طوال ثلاثين عاما، وحين تقاعد لم يرد أن يبيع سفينته، فصنع لها رفوفا وملأها بالكتب.
مقالات ذات صلة
عودة الطيور إلى الشاطئ
"""
_HINDI = """बंदरगाह का छोटा पुस्तकालय | तट समाचार
होम
समाचार
संपर्क करें
बंदरगाह का छोटा पुस्तकालय
लेखक: मीरा जोशी
3 फ़रवरी 2026
पुराने बंदरगाह पर एक नाव खड़ी है जो अब समुद्र में नहीं जाती। उसके भीतर एक छोटा पुस्तकालय है, जहाँ बच्चे आते हैं।
नाव के मालिक तीस साल तक मछुआरे रहे। उन्होंने नाव बेचने के बजाय उसमें अलमारियाँ बनाईं और किताबें भर दीं।
संबंधित खबरें
पक्षी तट पर लौटे
© 2026 तट समाचार
"""
_JAPANESE = """港の小さな図書館 | 海辺だより
ホーム
ニュース
お問い合わせ
ログイン
港の小さな図書館
2026年2月3日
文・佐藤みどり
港のそばに、船を改造した小さな図書館があります。本は三千冊しかありませんが、毎日たくさんの子どもたちが寄っていきます。
館長の山本さんは、もともと漁師でした。三十年前に船を降りるとき、捨てるのはもったいないと考えて、本棚を作り始めたそうです。
関連記事
島の郵便局が百周年
© 2026 海辺だより
"""


def _story(page: str, first: str, last: str) -> str:
    """The lines of `page` from the one that begins with `first` to the one that begins with `last`."""
    lines = page.splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith(first))
    end = next(n for n, line in enumerate(lines) if line.startswith(last))
    return "\n".join(lines[begin : end + 1])


@pytest.mark.parametrize(
    ("page", "title", "author", "day", "first", "last"),
    [
        (_BLOG, "Small queues, large calm", "Rune Berg", "2026-03-03", "Every queue", "In the next"),
        (_RECIPE, "Rye pancakes with plums", "Ilse Holm", "2025-10-09", "My grandmother", "The batter"),
        (_FRENCH, "Le dernier phare de l'île", "Anne Morel", "2025-05-05", "Depuis", "La commune"),
        (_ARABIC, "مكتبة صغيرة في الميناء", "ليلى حداد", "2026-02-03", "على رصيف", "كان صاحبها"),
        (_HINDI, "बंदरगाह का छोटा पुस्तकालय", "मीरा जोशी", "2026-02-03", "पुराने", "नाव के मालिक"),
        (_JAPANESE, "港の小さな図書館", "佐藤みどり", "2026-02-03", "港のそばに", "館長の"),
    ],
    ids=["blog", "recipe", "french", "arabic", "hindi", "japanese"],
)
def test_the_story_and_who_wrote_it_when(
    page: str, title: str, author: str, day: str, first: str, last: str, read_one: Read
) -> None:
    article = read_one(page.encode(), "page.txt")
    assert (article.title, article.authors) == (title, (author,))
    assert article.published is not None
    assert article.published.date().isoformat() == day
    assert article.body_text.split() == _story(page, first, last).split()


def test_a_mailed_newsletter_leaves_its_buttons_and_its_footer(read_one: Read) -> None:
    article = read_one(_MAIL.encode(), "mail.txt")
    assert article.title == "THE TIDE TABLE"
    assert article.body_text.split() == _story(_MAIL, "Good morning", "room for them").split()


def test_a_recipe_has_its_ingredients_and_its_steps_as_lists(read_one: Read) -> None:
    lists = [block.text for block in read_one(_RECIPE.encode(), "page.txt").blocks if block.type == "list"]
    assert [text.split("\n")[0] for text in lists] == [
        "200 g rye flour",
        "1. Whisk the eggs with the milk and the salt.",
    ]


def test_numbered_headings_stay_headings_with_their_numbers(read_one: Read) -> None:
    headings = [block.text for block in read_one(_NUMBERED.encode(), "page.txt").blocks if block.type == "heading"]
    assert headings == ["1. Clear the top", "2. Consider calling in a friend", "3. Turn the chair round"]
