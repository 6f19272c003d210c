"""The words of a page's chrome by what they mean, in English and the larger European languages: data only.

Each is a regular expression without groups that capture. WHOLE phrases are the whole line, STARTS begin it, ANYWHERE
may stand in it. The number is the longest line, in words, that the phrases are believed on: a sentence about cookies
is no cookie banner.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Meaning = Literal[
    "nav",
    "cta",
    "comment",
    "invitation",
    "copyright",
    "related_header",
    "related_title",
    "sources_header",
    "takeaways_header",
    "disclaimer",
    "author_header",
    "credit",
]


class Phrases(NamedTuple):
    """Phrases of one meaning."""

    meaning: Meaning
    words: int
    patterns: tuple[str, ...]


_THING = (
    r"(?:articles?|posts?|stories|story|reading|news|content|topics|reads|picks|coverage|links|"
    r"blogs?|insights|episodes?|recipes?)"
)
_KIND = (
    r"related|similar|recommended|popular|trending|latest|recent|more|other|featured|top|most read|most popular|"
    r"further|suggested|editor['’]?s?"
)
_OTHER = (
    r"related|similar|recommended|popular|trending|latest|recent|more|other|featured|our other|previous|next|new|"
    r"most read|most popular|most viewed|editors?['’]? picks?|additional"
)
_PICTURE = r"photo|image|picture|illustration|graphic|video|credit|foto|bild|imagen"
_SITE = (
    r"facebook|twitter|x|linkedin|instagram|youtube|pinterest|whatsapp|reddit|telegram|mastodon|"
    r"bluesky|threads|tiktok"
)
_LANGUAGE_NOTE = r"(?: (?:this|on|via|it|now|with|article)\b.{0,40})?"

WHOLE: tuple[Phrases, ...] = (
    Phrases(
        "sources_header",
        5,
        (
            r"(?:sources?|references?|bibliography|works cited)(?: (?:and|&) (?:further reading|links|references))?",
            r"(?:quellen?|quellenangaben?)(?: und .{1,20})?",
            (
                r"fuentes?|références|fonti|fontes|bronnen|citations?|footnotes?|endnotes|"
                r"notes and references|photo sources?|"
                r"einzelnachweise|literatur|bibliografía|referencias|bibliographie|källor|kilder|источники|出典|参考文献|参考资料"
            ),
        ),
    ),
    Phrases(
        "takeaways_header",
        6,
        (
            (
                r"(?:the )?key (?:takeaways?|points?|findings|insights)|takeaways?|highlights|at a glance|"
                r"tl;?dr|in brief"
            ),
            r"das wichtigste(?: in kürze)?|auf einen blick|ideas? clave|puntos clave|en résumé|points clés",
        ),
    ),
    Phrases(
        "author_header",
        6,
        (
            (
                r"(?:about|meet) (?:the |our )?(?:authors?|writers?|contributors?|experts?|reporters?)|"
                r"the authors?|author bio"
            ),
            (
                r"(?:written|researched|reviewed|posted|published|edited) by:?|more about the author|"
                r"article written by.{0,40}"
            ),
            r"(?:über|zur?m?) (?:den |die )?autor(?:in|en)?|sobre (?:el|la) autora?|à propos de l['’]auteure?",
        ),
    ),
    Phrases(
        "related_header",
        9,
        (
            rf"(?:{_KIND}) ?{_THING}?(?: (?:for you|now|today|this week|from .{{1,40}}))?",
            r"(?:you )?(?:may|might) (?:also )?(?:like|be interested in|enjoy)",
            r"you (?:may|might) also (?:like|enjoy|be interested in)|up next|what to read next|read next|keep reading",
            r"(?:you (?:may|might) also be interested in|this might be interesting to you).{0,40}",
            r"(?:related|featured) (?:publications?|topics?|resources|pages|reports?|in this (?:article|story))",
            r"continue reading|more like this|recommended for you|don['’]t miss|in case you missed it|see also",
            r"ähnliche (?:artikel|beiträge)|das könnte (?:sie|dich) auch interessieren|mehr zum thema|meistgelesen",
            rf"(?:{_OTHER}) {_THING}(?: (?:you|that|by|from|on|in|about) .{{1,50}})?",
            (
                rf"(?:explore|discover|browse|see|view|read) (?:all |our |the |"
                rf"more )*(?:{_KIND}) ?{_THING}(?: .{{1,40}})?"
            ),
            (
                rf"(?:all|view all|see all|browse all|more) {_THING}(?: (?:by|from|in) .{{1,50}})?|"
                rf"more (?:from|by) \S.{{0,50}}"
            ),
            (
                r"(?:the )?(?:latest|recent|newest) (?:from|posts?|in) .{1,40}|recently by .{1,40}|"
                r"from our archives?|discover more"
            ),
            (
                rf"if you (?:like|liked|enjoyed) this.{{0,60}}|(?:{_KIND}) {_THING} (?:that|you).{{1,50}}|"
                rf"people also .{{1,20}}"
            ),
            (
                r"(?:posts|articles|stories) you(?:['’]ll| will| may| might)? .{1,30}|video library|"
                r"inbound links|outbound links"
            ),
            (
                r"(?:weitere|neueste|neue|andere|beliebte|aktuelle) (?:artikel|beiträge|themen|"
                r"nachrichten|meldungen)(?: .{1,40})?"
            ),
            (
                r"(?:más|últimas|otras) (?:noticias|artículos|entradas|historias)(?: .{1,40})?|"
                r"ver también|le puede interesar"
            ),
            (
                r"(?:nos|autres|derniers|plus d['’]) ?articles(?: .{1,40})?|sur le même sujet|"
                r"vous aimerez aussi|lire aussi"
            ),
            r"(?:altri|ultimi) articoli|potrebbe interessarti(?: anche)?|meer (?:nieuws|artikelen)|lees (?:ook|meer)",
            (
                r"(?:artigos|notícias|posts) relacionad[oa]s|leia também|veja também|læs også|les også|"
                r"läs (?:även|också|mer)"
            ),
            r"czytaj także|zobacz też|читайте также|ещё по теме|関連記事|관련 기사",
            r"相关(?:文章|阅读|新闻)|相關文章|延伸(?:阅读|閱讀)|推荐阅读|ilgili haberler|संबंधित (?:खबरें|लेख)",
            r"اقر[أا] (?:أيض|ايض)[اًا]{1,2}|(?:مواضيع|مقالات|أخبار) ذات صلة|קראו גם|διαβάστε επίσης",
            r"artículos (?:relacionados|populares)|también te puede interesar|lo más leído",
            r"articles? (?:similaires|liés)|à lire aussi|articoli correlati|gerelateerde artikelen",
        ),
    ),
    Phrases(
        "invitation",
        9,
        (
            r"(?:leave|post|write|add|submit) (?:a |your )?(?:comment|reply|response)",
            r"(?:be the first to |join the )(?:comment|conversation|discussion)",
            r"kommentar (?:schreiben|hinterlassen)|kommentieren|dejar? un comentario|laisser un commentaire",
        ),
    ),
    Phrases(
        "comment",
        9,
        (
            (
                r"(?:was|is) this (?:page|article|post|content|answer|information) (?:helpful|useful).{0,20}|yes no|"
                r"(?:did you find|found|notice|report|spotted) (?:this|an|a) .{1,40}"
            ),
            (
                r"comments? (?:are )?(?:closed|off|policy|section|feed)|comments? on .{1,60}|"
                r"(?:\d+ )?(?:thoughts?|comments?) on .{1,90}"
            ),
            r"\d*\s*(?:comments?|replies|responses|kommentare?|comentarios?|commentaires?)(?: \(\d+\))?",
            r"(?:log|sign) ?in to (?:comment|reply|leave a comment|post a comment)|cancel reply|no comments(?: yet)?",
            r"(?:view|show|see|load) (?:all )?(?:more )?comments?|reply|antworten|responder",
        ),
    ),
    Phrases(
        "comment",
        3,
        (r"(?:your )?(?:name|e-?mail|website|url|message|subject|phone)(?: address)?\s*\*?",),
    ),
    Phrases(
        "nav",
        9,
        (
            (
                r"skip to (?:main |the )?(?:content|navigation|search|footer)|home(?:page)?|about(?: us)?|"
                r"contact(?: us)?"
            ),
            r"(?:main |open |close |toggle )?(?:menu|navigation|search|nav)|search(?: for)?|log ?(?:in|out)",
            (
                r"sign ?(?:in|up|out)|register|my account|account|cart|faqs?|help|archives?|newsletters?|"
                r"podcasts?|videos?"
            ),
            r"careers?|jobs|advertise(?: with us)?|press|site ?map|accessibility|languages?",
            r"privacy(?: policy| notice)?",
            r"cookie(?:s| policy| settings| preferences)|legal(?: notice)?|imprint|impressum|datenschutz|startseite",
            r"terms(?: (?:of (?:use|service)|and conditions|& conditions|of sale))?|inicio|accueil|contacto|kontakt",
            r"do not sell(?: or share)? my personal information|your privacy choices|powered by .{1,40}",
            r"(?:[←‹«<]\s*)?back to (?:top|home|blog|all|news|articles).{0,30}",
            r"(?:[←‹«<]\s*)?(?:back|previous|prev|next)(?: (?:post|article|story|page))?",
            r"table of contents|contents|in this article|on this page|jump to.{0,30}",
            r"главная|ホーム|首页|首頁|홈|الرئيسية|דף הבית|αρχική|anasayfa|होम",
        ),
    ),
    Phrases(
        "cta",
        8,
        (
            rf"share{_LANGUAGE_NOTE}|tweet|pin(?: it)?|e-?mail|print|copy(?: link)?|save|bookmark|like|{_SITE}|rss",
            (
                r"follow(?: us| me)?(?: on .{1,30})?|subscribe(?: (?:now|today|here|to .{1,40}))?|"
                r"get in touch|get started"
            ),
            r"sign up(?: (?:now|today|here|for .{1,40}))?|learn more|read more|find out more|see more|show more",
            r"load more|view more|view all|see all|shop now|buy now|book (?:now|a demo|a call)",
            r"try (?:it )?(?:for )?free",
            (
                r"enter (?:your )?e-?mail address|join (?:now|us|free|today)|log in or sign up|"
                r"thanks for subscribing.{0,60}"
            ),
            (
                r"(?:get|download|grab) (?:our|the|your) (?:free )?(?:app|guide|template|e-?book|"
                r"newsletter|report).{0,50}"
            ),
            (
                r"click to (?:share|print|email|tweet|save)\b.{0,60}|opens in (?:a )?new (?:window|tab)|"
                r"(?:share|tweet|pin it?) \d+"
            ),
            (
                r"(?:\d+ )?(?:shares?|likes?|views?|claps?)|copy url|share (?:via|by|with) .{1,20}|"
                r"like loading.{0,5}|support us"
            ),
            (
                r"(?:full|first|last|company|business) name\s?\*?|phone number\s?\*?|zip code|(?:schedule|"
                r"book) (?:a|an|your) .{1,30}"
            ),
            (
                r"get (?:a |your )?(?:free )?(?:quote|consultation|estimate|trial)s?|donate(?: now)?|"
                r"become a (?:member|patron)|"
                r"(?:jetzt )?(?:anmelden|registrieren|spenden)|newsletter abonnieren|inscribirse|"
                r"regístrate|s['’]inscrire|iscriviti|"
                r"подписаться|поделиться|シェア|分享|공유|gilla|dela|del|jaa"
            ),
            r"(?:read|see|view|check) (?:(?:the|our|all|full|entire|latest|current) )*(?:review|price|deal|profile)s?",
            r"(?:check|view|see) (?:the )?(?:price|deal)s? (?:on|at|-) .{1,40}|view (?:author|full) (?:page|profile)",
            r"where to buy|already have an account\?.{0,20}|.{0,12}you['’]re subscribed|enter e-?mail address",
            r"thank(?:s| you) for (?:subscribing|signing up|completing .{1,30}).{0,70}",
            r"request a demo|contact sales|download(?: now)?|click here|submit|send|enter your e-?mail(?: address)?",
            r"advertisement|ad|sponsored|promoted|loading|play|listen|watch(?: now)?|abonnieren|teilen|drucken",
            r"suscríbete|compartir|partager|s['’]abonner|mehr erfahren|weiterlesen",
            r"print (?:this |the )?(?:recipe|page|article)|ログイン|登录|登錄|로그인",
            r"se connecter|iniciar sesión|einloggen|accedi|entrar|inloggen|logga in|zaloguj się|войти",
            r"تسجيل الدخول|התחברות|σύνδεση|giriş yap|लॉग इन",
        ),
    ),
)

STARTS: tuple[Phrases, ...] = (
    Phrases("copyright", 40, (r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}|by\b|\S+ \d{4})",)),
    Phrases(
        "disclaimer",
        200,
        (
            r"(?:disclaimer|haftungsausschluss|descargo de responsabilidad|avertissement)\s*[:—–-]",
            r"(?:editor['’]?s note|note from the editor)\s*[:—–-]",
        ),
    ),
    Phrases(
        "related_title",
        40,
        (
            r"(?:read (?:also|more|next)|also read|see also|more (?:on|from)|further reading|recommended)\s*[:>»→|]",
            r"related(?: (?:article|story|post|reading|coverage))?\s*[:>»→|]",
            r"(?:you (?:may|might) also like|don['’]t miss|up next|watch)\s*[:>»→|]",
            r"(?:lesen sie auch|mehr (?:dazu|zum thema)|lee también|te puede interesar)\s*[:>»→|]",
            r"(?:(?:à )?lire aussi|leggi anche|lees ook)\s*[:>»→|]",
            r"the post .{3,200} (?:appeared first on|first appeared on)\b",
        ),
    ),
    Phrases(
        "comment",
        40,
        (
            r"your email address will not be published|required fields are marked|save my name,? (?:and )?email",
            r"this site uses akismet|notify me of|\d+ (?:responses?|replies|thoughts?|comments?) (?:to|on) [“\"‘'«]",
        ),
    ),
    Phrases("invitation", 20, (r"leave a (?:reply|comment)\b",)),
    Phrases(
        "nav",
        20,
        (
            r"[←‹]\s*\S|«\s*[^\s».!?…][^».!?…]*$",  # a quotation is closed, or ends as sentences do
            r"(?:home|startseite|inicio)\s*[>»›/|]\s*\S|filed under\b|tagged (?:with|as)\b|posted in\b",
            r"tags?\s*:|categor(?:y|ies)\s*:|breadcrumb",
        ),
    ),
    Phrases(
        "cta",
        30,
        (
            r"(?:share|follow) (?:this|us|me|on|our)\b|subscribe (?:to|for|now)\b|sign up (?:for|to)\b",
            r"get (?:the|our) (?:latest|best|newsletter|week)\b|(?:stay|keep) (?:up to date|informed|updated)\b",
            r"(?:don['’]t )?miss (?:out|a thing|an update)\b|join (?:our|the) (?:newsletter|community|mailing list)",
            r"by (?:signing up|subscribing|submitting|clicking|providing)\b.*(?:agree|consent|terms|policy)",
            r"this (?:site|website) uses cookies|by continuing to (?:use|browse)|download (?:the|our) app",
            r"we use cookies|click here to\b|abonnieren sie|by entering your e-?mail\b|shop (?:the|now|all)\b",
            r"(?:would you like|want) to (?:receive|get) (?:notifications|updates|news|our)\b",
            r"already have an account\b",
            r"this (?:article|story|content|post) is (?:exclusive to|(?:only )?for) .{0,30}(?:subscriber|member)s",
            r"unlock this (?:article|story)\b|subscribe to (?:continue|keep|read)\b",
            r"if you['’]re enjoying this article\b",
            r"(?:you are|you['’]re) (?:receiving|getting) this (?:e-?mail|newsletter|message)\b",
            r"unsubscribe(?: here\b| from (?:this|our|these)\b|\s*[|·•]|\s*$)",
            r"view (?:this )?(?:e-?mail |newsletter )?in (?:your |a )?browser\b|did you (?:make|try) this recipe\b",
            r"(?:update|manage) (?:your |e-?mail )*(?:preferences|subscription)\s*(?:[|·•]|$)",
            r"sie erhalten diese (?:e-?mail|nachricht)\b",
            r"(?:im browser (?:ansehen|öffnen|anzeigen)|newsletter abbestellen|se désabonner|darse de baja)\b",
            r"vous recevez ce(?:t e-?mail| message)\b|recibe este (?:correo|mensaje)\b|tag @\w+ on\b",
            r"(?:last )?(?:updated|published|posted|reviewed)(?: on)?:? \w+\.? \d{1,2},? \d{4}$",
        ),
    ),
    Phrases(
        "disclaimer",
        70,
        (
            r"(?:affiliate )?disclosures?\s*[:—–-]|\(?by using the affiliate\b",
            r"(?:this (?:article|post|page|story|site|guide)|we|some of the links)\b.{0,60}\b(?:affiliate|commission)",
            r"(?:purchases? made|(?:when|if) you (?:buy|purchase|click)).{0,80}\b(?:commission|earn)",
            r"we (?:may|might|can|will) (?:earn|receive|get|make) .{0,40}commission",
        ),
    ),
    Phrases("credit", 15, (r".{2,60} contributed to this (?:article|report|story|content|post)",)),
    Phrases(
        "credit",
        25,
        (
            rf"(?:{_PICTURE})s?(?: (?:credit|courtesy|source|by|via|of))*\s*(?::|by\b|courtesy\b|via\b)",
            r"\(?(?:getty images|shutterstock|istock|unsplash|alamy|ap photo|reuters|afp)\b",
        ),
    ),
)

ANYWHERE: tuple[Phrases, ...] = (
    Phrases("credit", 30, (rf"\| ?(?:{_PICTURE})s?(?: by| courtesy|:)|\b(?:{_PICTURE})s?\s?: [^.!?]{{2,60}}$",)),
    Phrases(
        "copyright",
        30,
        (r"\ball rights reserved\b|alle rechte vorbehalten|todos los derechos reservados|tous droits réservés",),
    ),
)

#: Words of which a row of share buttons is made.
SHARE_WORDS = f"share tweet email print copy link save mail teilen drucken compartir {_SITE.replace('|', ' ')}"
