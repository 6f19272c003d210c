"""Signs of chrome within a line, sentences included: data only.

Each is weak alone, and strong together with where a line stands; the trained model says what each is worth.
"""

from __future__ import annotations

#: Regular expressions by what they are signs of; letter case does not matter.
CUES: dict[str, str] = {
    "promotes": (
        r"newsletter|inbox|sign(?:ing)? up|subscri|follow us|join (?:us|our|the|now)|free (?:trial|"
        r"consultation|quote|guide)|"
        r"download our|contact us|call us|get in touch|our (?:team|services|experts)|click (?:here|"
        r"below)|donat|patreon|"
        r"support (?:us|our)|member(?:ship)?s?\b|giveaway|coupon|deals?\b|anmelden|abonn|spende|"
        r"suscr[ií]|boletín|inscri|iscri"
    ),
    "legal": (
        r"privacy|cookies?\b|terms (?:of|and|&)|consent|you agree|reCAPTCHA|rights reserved|"
        r"licen[sc]e|registered|trademark|"
        r"affiliate|commission|datenschutz|nutzungsbedingungen|einwillig|privacidad|condiciones|"
        r"confidentialité|©|ISSN|doi\b"
    ),
    "shares": (
        r"\bshar(?:e|es|ing)\b|\btweet|\bpin it|facebook|twitter|linkedin|whatsapp|instagram|pinterest|reddit|"
        r"new window|teilen|compartir|partager|condividi"
    ),
    "biography": (
        r"\b(?:is|was|has been|worked as|works as|ist|es|est) (?:an?|the|our|ein[e]?|une?|una?) (?:[\w\-]+ ){0,5}"
        r"(?:writer|author|editor|journalist|reporter|founder|director|manager|professor|freelance\w*|expert|speaker|"
        r"consultant|blogger|researcher|specialist|producer|columnist|contributor|autor\w*|"
        r"journalist\w*|redakt\w+|periodista)"
        r"|\b(?:he|she|they) (?:lives|writes|has written|holds|earned|covers|enjoys|loves|is also)\b|"
        r"years of experience"
        r"|when (?:he|she|they)(?:['’]s| is| are|['’]re) not\b|\b(?:my|his|her) (?:work|writing) (?:has )?appear"
    ),
    "points_on": (
        r"\b(?:related|similar|recommended|popular|trending|latest|recent|archives?|more from|more by|"
        r"read (?:more|next|also)|"
        r"see also|view all|see all|next (?:post|article)|prev(?:ious)?\b|other (?:posts|articles)|"
        r"might (?:also )?like|posts?\b|"
        r"articles?\b|blog\b|videos?\b|podcast|weitere|mehr zu|beiträge|artikel|artículos|noticias|"
        r"articoli|lire|leer más)"
    ),
    "author": (
        r"\b(?:authors?|written by|reviewed by|edited by|posted by|about the|editor|autor(?:in)?|"
        r"redaktion|por|von)\b"
    ),
    "answers": (
        r"\b(?:says|said|wrote|reply|replied|comments?|log ?in|posted|helpful|feedback|rating|votes?|"
        r"antworten|responder)\b"
    ),
    "contact": (
        r"\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b|\b[A-Z]{2} \d{5}\b|\+\d{1,3}[\s.-]\d|@\w+\.|\bst\.|"
        r"\bsuite\b|\broad\b|\bphone\b"
    ),
    "pictured": (
        r"\b(?:photo(?:graph)?|image|credit|getty|shutterstock|unsplash|courtesy|via|foto|bild|"
        r"screenshot|figure|source)\b"
    ),
    "shop": (
        r"[$€£]\s?\d|\b(?:price|buy|shop|cart|sale|shipping|in stock|add to|learn more|get started|"
        r"apply now|visit site)\b"
    ),
}
