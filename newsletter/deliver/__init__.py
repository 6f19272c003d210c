"""Edition + claims → replies: compile a message once, join it per subscriber, hand it to a relay, say what came of it.

    message.compile(variant, letterhead) ─▶ Program ─▶ Message        mime, headers, envelope: pure
    engine.drain(ledger, programs, relays)                            claims in windows, over several connections
      dealing ─▶ routing (pace, quota) ─▶ pool, connection            which relay gets a claim, and when
      smtp.open_session(relay) ─▶ Session.send(message) ─▶ Reply      link (bytes, TLS), wire (replies), auth, session
      replies.classify(reply) ─▶ accepted, deferred, failed, unknown
    memory.MemoryDeliveries                                           a ledger without a database
    outbox.Outbox                                                     a real SMTP server that keeps what it gets

A failure to deliver to one person is an outcome; only a relay that can't be used at all raises (errors.DeliveryError).
Nothing here but `outbox` imports more than the standard library, `newsletter.models` and uvloop (idna for a domain that
is not ASCII): draining is a process of its own and stays small.
"""
