"""The sample issue as an Arabic newsletter would print it: its own words and most articles in Arabic, with Latin names
and figures among them; three articles stay as they are, in English, German and Spanish, and run the other way.
"""

from __future__ import annotations

from dataclasses import replace

from newsletter.app.specimen import Specimen
from newsletter.models import Article, Pick, Quote, Sponsor, Summary

_INTRO = """\
صباح الخير {{ subscriber.name | default("أيها القارئ") }}،

هذا هو العدد التجريبي عن *الطبقة السفلى*: لغة Python في الأعلى وشيفرة أصلية (native) تحتها. فيه واحدة من كل كتلة يمكن
للقالب أن يطبعها، وقد انخفض زمن الفحص من 9 ثوانٍ إلى 0.8 ثانية.
"""
_OUTRO = "هذا كل ما لدينا هذا الأسبوع. أجب عن هذه الرسالة وأخبرنا بما قست.\n\n*هيئة التحرير*"
_NOTE = "جربنا ذلك على أرشيفنا. **عصر يوم واحد** كان كافيًا، بما فيه القهوة."
_SPONSOR = "**Kiln: بناء ينتهي قبل أن تجلس.** حزم لإحدى عشرة منصة بأمر واحد. [جرّبه شهرًا مجانًا](https://kiln.example/)."
_SECTIONS = ("أسرع من قبل", "تحت الغطاء", "باختصار")
#: By article: headline, summary, outlet, author, category.
_ARTICLES = {
    1: (
        "تشريح محلل نحوي صار أسرع بعشر مرات",
        (
            "لغة إعدادات بمئتي ألف سطر ليست كبيرة بأي مقياس. ومع ذلك أبقت فريقها ينتظر تسع ثوانٍ في كل فحص، لأن "
            "المحلل كتب بلغة Python وحدها وأنشأ كائنًا لكل رمز."
        ),
        "مكتب الأدوات",
        "توماش ريغر",
        "محللات",
    ),
    2: (
        "قِس قبل أن تنقل: أين يقضي برنامج Python يومه حقًّا؟",
        "كل من انتظر برنامجًا طويلًا راودته الفكرة نفسها: ينبغي أن يكتب هذا بلغة أسرع. والفكرة صحيحة مرة من كل خمس.",
        "الطبقة الأصلية",
        "مارا إلينغسون",
        "قياس",
    ),
    3: (
        "أسرع خادم هو الذي لم تشغّله",
        "اسأل مبرمجًا أين يقضي الاستعلام وقته وستسمع عن الفهارس. البحث الصغير يستغرق ثلاثين ميكروثانية في SQLite 3.50.",
        "Lower Half Weekly",
        "فيلهلمينا أوسي",
        "تخزين",
    ),
    4: (
        "الإصدار Kestrelint 2.0 يفحص مليون سطر في أقل من ثانية",
        (
            "صدر Kestrelint 2.0 يوم الأربعاء، وهو مدقق كتب بلغة Rust. كان الإصدار الأول يحلل كل ملف مرة لكل عائلة من "
            "القواعد، أي تسع مرات."
        ),
        "الطبقة الأصلية",
        "يوناس فارغا",
        "مدققات",
    ),
    6: (
        "ألفا مصافحة في الثانية من عملية Python واحدة",
        (
            "حين يبطئ مرسل البريد يكون التشفير أول مشتبه به. كان البرنامج ينشئ سياق TLS جديدًا لكل اتصال ويقرأ الشهادات "
            "من القرص."
        ),
        "مكتب الامتدادات",
        "هنريكه سولبرغ",
        "شبكات",
    ),
    8: ("حزم للجميع: شحن الشيفرة الأصلية دون اعتذار", "", "الطبقة الأصلية", "ماريسول أختربرغ", "حزم"),
    9: ("ملاحظات ميدانية عن عبور الحدود", "", "", "", ""),
}
_QUOTE = Quote(
    "توقعنا أن تكون اللغة هي القصة. والقصة أننا كنا نحجز أحد عشر مليون كائن صغير لنجيب عن سؤال يخص أربعين منها.",
    "توماش ريغر، مشرف المحلل",
)
_TAKEAWAY = "من مكسب يبلغ 140 ضعفًا يعزو المشرفون تسعة أضعاف إلى المرور بالشجرة مرة واحدة، وستة إلى الأنوية."


def arabic(sample: Specimen) -> Specimen:
    """The same blocks in the same order, told in Arabic."""
    issue = sample.issue
    sections = [
        replace(section, title=title, picks=tuple(map(_pick, section.picks)))
        for title, section in zip(_SECTIONS, issue.sections, strict=True)
    ]
    told = replace(
        issue,
        title="ما نفع الطبقة السفلى",
        subject="ما نفع الطبقة السفلى",
        preheader="محلل نحوي، وأداة قياس، وقاعدة بيانات كانت هناك دائمًا",
        intro=_INTRO,
        outro=_OUTRO,
        sections=tuple(sections),
        sponsors=(Sponsor(_SPONSOR, 3),),
    )
    return Specimen(told, {number: _article(article) for number, article in sample.articles.items()}, sample.others)


def _pick(pick: Pick) -> Pick:
    note = _NOTE if pick.note else ""
    if pick.article not in _ARTICLES:
        return replace(pick, note=note)
    headline, summary, *_ = _ARTICLES[pick.article]
    return replace(pick, headline=headline, summary=Summary(summary, "editor"), note=note)


def _article(article: Article) -> Article:
    if article.id not in _ARTICLES:
        return article
    headline, _, site, author, category = _ARTICLES[article.id]
    return replace(
        article,
        title=headline,
        language="ar",
        site=site or article.site,
        authors=(author,) if author else (),
        category=category or None,
        quotes=(_QUOTE,) if article.quotes else (),
        takeaways=(_TAKEAWAY,) if article.takeaways else (),
        image_alt=headline,
    )
