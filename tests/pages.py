"""An invented policy page, and changes to make to it."""

POLICY = """<!doctype html>
<html lang="en"><head><title>Acme privacy policy</title></head><body>
<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<main>
<h1>Privacy Policy</h1>
<p>Acme sells kites. This policy explains how Acme collects, uses and shares personal information about you.</p>
<h2>What we collect</h2>
<p>We collect your name, your address and your e-mail address when you order, and the pages that you visit.</p>
<ul><li>Orders and invoices, with the address that they go to.</li><li>Letters that you write to us about an order.</li></ul>
<h2>Sharing</h2>
<p>We do not sell your personal information. We share it with the carrier that brings your order.</p>
<h2>Retention</h2>
<p>We delete your personal information 30 days after you close your account.</p>
<h2>Your rights</h2>
<p>You may ask for access, correction or deletion at any time. Write to privacy@acme.example.</p>
<p>Last updated: March 1, 2026</p>
</main>
<footer>Acme, 1 Kite Street</footer>
</body></html>
"""
KEPT_LONGER = POLICY.replace("30 days", "12 months")
DATE_MOVED = POLICY.replace("March 1, 2026", "June 7, 2026")
CURLY = (
    POLICY.replace("Acme sells kites.", "Acme sells kites.")
    .replace("<main>", '<main class="x"><section>')
    .replace("</main>", "</section></main>")
)
NOT_FOUND = (
    "<html><head><title>404 Not Found</title></head><body><h1>404</h1><p>The page was not found.</p></body></html>"
)
