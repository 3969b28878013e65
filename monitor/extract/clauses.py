"""The words by which even one short sentence of a policy gives itself away: who may or must do what, what is not done, what it costs.

Advertising calls, asks and exclaims; it hardly ever permits, forbids or owes. In doubt a text is a clause.
"""

from collections.abc import Sequence

from monitor.extract.policy_words import count_policy_words

_POLICY_WORDS = 2

_SIGNS = frozenset([
    # what may, must or cannot be, what is excepted, what it costs
    "may", "must", "shall", "can", "cannot", "could", "should", "not", "unless", "except", "liable", "fee", "fees", "charge", "charged", "under",
    "peut", "peuvent", "pouvez", "pouvons", "pourra", "doit", "doivent", "devez", "devons", "ne", "n'est", "pas", "sauf", "frais", "moins",
    "kann", "können", "darf", "dürfen", "muss", "müssen", "soll", "sollen", "nicht", "kein", "keine", "keinen", "sofern", "außer", "gebühr", "gebühren",
    "puede", "pueden", "podrá", "podemos", "debe", "deben", "deberá", "no", "salvo", "excepto", "tarifa",
    "può", "possono", "possiamo", "deve", "devono", "non", "eccetto", "pode", "podem", "poderá", "devem", "não", "exceto", "taxa",
    "kan", "kunt", "kunnen", "mag", "mogen", "moet", "moeten", "niet", "geen", "tenzij", "kosten", "może", "mogą", "musi", "muszą", "nie", "chyba", "opłata",
    # what we do, in languages whose verbs say who does it
    "partageons", "vendons", "utilisons", "collectons", "enregistrons", "conservons", "transmettons", "traitons", "facturons", "recueillons", "stockons",
    "compartimos", "vendemos", "usamos", "utilizamos", "recopilamos", "recogemos", "grabamos", "cobramos", "guardamos", "tratamos", "conservamos",
    "condividiamo", "vendiamo", "usiamo", "utilizziamo", "raccogliamo", "registriamo", "conserviamo", "trattiamo", "trasmettiamo",
    "compartilhamos", "partilhamos", "coletamos", "recolhemos", "gravamos", "armazenamos", "udostępniamy", "sprzedajemy", "zbieramy", "przetwarzamy",
])  # fmt: skip
_WE = frozenset(["we", "wir", "we'll", "wij"])
_WHAT_WE_DO = frozenset([
    "share", "sell", "collect", "record", "use", "store", "keep", "process", "disclose", "delete", "track", "transfer", "send", "receive", "combine", "monitor", "scan", "read", "retain",
    "teilen", "verkaufen", "erheben", "sammeln", "nutzen", "geben", "speichern", "verarbeiten", "löschen", "berechnen", "übermitteln", "erhalten",
    "delen", "verkopen", "verzamelen", "gebruiken", "bewaren", "verwerken", "verwijderen",
])  # fmt: skip


def makes_clause(said: Sequence[str]) -> bool:
    """A text of these words, as from `monitor.words.words`, may be a clause of a policy."""
    distinct = set(said)
    if distinct & _SIGNS or (distinct & _WE and distinct & _WHAT_WE_DO):
        return True
    return count_policy_words(said) >= _POLICY_WORDS
