"""Canonical URLs, hosts, registrable domains and text fragments.

A canonical URL is an identity, not an address to fetch: two spellings that lead to the same page
should give the same string. What is done, and what is not:

* The scheme becomes ``https`` (no newsroom publishes two texts under the two schemes), user name
  and password go, ports 80 and 443 go, the fragment goes.
* The host is lower-case ASCII (umlaut domains as punycode, IDNA 2008: ``ß`` is not ``ss``);
  :func:`display_host` turns it back for reading. ``www.`` and ``m.`` stay: that both lead to the
  same site is a matter of holdings, not of spelling.
* Percent-encoding is unified (unreserved characters plain, hexadecimal digits in capitals, all
  else UTF-8), ``.`` and ``..`` in paths are resolved, a slash at the end goes.
* Tracking parameters go (``utm_source=chatgpt.com`` too). All other parameters stay, sorted by
  name; the order of a repeated name stays, for it can carry meaning.
* AMP forms lead to the article that they show; redirect wrappers that carry their target lead to
  the target. Wrappers that only a request could resolve stay as they are, and
  :func:`is_unresolved_redirect` tells them by host.

Nothing here raises on any text, and canonicalising twice changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Container
from functools import cache, lru_cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

_TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "piwik_", "matomo_", "guce_", "at_custom")
_TRACKING = frozenset(
    "_ga _gl _hsenc _hsmi __hstc __hssc __hsfp __twitter_impression ampshare amp_gsa amp_js_v"
    " at_campaign at_format at_link_id at_link_origin at_link_type at_medium at_ptr_name"
    " campaign_id cid_source cmpid cmp dclid fb_action_ids fb_action_types fb_ref fb_source fbclid"
    " ga_campaign ga_medium ga_source gaa_at gaa_n gaa_sig gaa_ts gad_campaignid gad_source gbraid"
    " gclid gclsrc guccounter icid igsh igshid li_fat_id mc_cid mc_eid mkt_tok ml_subscriber"
    " ml_subscriber_hash msclkid ncid ocid oly_anon_id oly_enc_id ref_src ref_url s_cid s_kwcid"
    " smid smtyp sr_share srsltid syclid ttclid twclid usqp vero_conv vero_id wbraid wt_mc wt_zmc"
    " xing_share xtor yclid ysclid".split()
)
_AMP_VALUES = frozenset({"", "1", "true", "yes", "amp"})

_UNRESOLVED = frozenset(
    "vertexaisearch.cloud.google.com news.google.com t.co bit.ly ow.ly buff.ly tinyurl.com lnkd.in"
    " dlvr.it trib.al apple.news".split()
)

# Host pattern, path pattern, names of the parameter that carries the target.
_WRAPPERS: tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(host), re.compile(path), names)
    for host, path, names in (
        (r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?", r"/url", ("q", "url")),
        (r"lm?\.(?:facebook|instagram)\.com", r"/(?:l\.php)?", ("u",)),
        (r"(?:www\.)?facebook\.com", r"/(?:l|flx/warn)(?:\.php)?", ("u",)),
        (r"(?:html\.|www\.)?duckduckgo\.com", r"/l", ("uddg",)),
        (r"(?:www\.)?youtube\.com", r"/redirect", ("q",)),
        (r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go)", ("url",)),
        (r"out\.reddit\.com", r"/.*", ("url",)),
        (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
        (r"(?:www\.)?bing\.com", r"/ck/a", ("u",)),
    )
)
_GOOGLE_AMP = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_AMP_TARGET = re.compile(r"/(?:s/)?([^/]+\.[^/]+(?:/.*)?)")
_AMP_ENDING = re.compile(r"(?<=[^/])(?:/amp|\.amp)$|\.amp(?=\.html?$)", re.IGNORECASE)
_HOST = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]*(?::\d+)?(?:[/?#].*)?", re.DOTALL)
_MAX_PASSES = 16  # a wrapper in a wrapper in a wrapper …: deeper nesting is no link anybody made


@lru_cache(maxsize=1 << 16)
def canonical_url(url: str, *, bare_host: bool = False) -> str | None:
    """Bring a URL into the one form by which Beleg knows the page.

    Args:
        url: Any text.
        bare_host: Read ``justia.com`` or ``justia.com/x`` as ``https://justia.com/…``, for
            sources that are known to give hosts for URLs.

    Returns:
        The canonical URL, or None for what is no http(s) URL.
    """
    current = url.strip()
    if bare_host and "://" not in current and _BARE_HOST.fullmatch(current):
        current = f"https://{current}"
    for _ in range(_MAX_PASSES):
        following = _canonicalise_once(current)
        if following is None or following == current:
            return following
        current = following
    return None


def host_of(url: str, *, bare_host: bool = False) -> str | None:
    """Give the host of the canonical URL: lower-case ASCII, ``www.`` kept, without port.

    For a wrapper that carries its target this is the target's host. None where
    :func:`canonical_url` gives None.
    """
    canonical = canonical_url(url, bare_host=bare_host)
    return None if canonical is None else urlsplit(canonical).hostname


def display_host(host: str) -> str:
    """Turn punycode back into the letters people read (``xn--mnchen-3ya.de`` to ``münchen.de``).

    What is no valid punycode comes back unchanged.
    """
    try:
        return idna.decode(host) if "xn--" in host else host
    except (idna.IDNAError, UnicodeError):
        return host


def registrable_domain(host: str) -> str:
    """Give the part of a host that somebody registered (``news.bbc.co.uk`` to ``bbc.co.uk``).

    The public suffix list's private section counts, so that ``anna.github.io`` and
    ``otto.github.io`` are two. IP addresses, single labels and public suffixes themselves come
    back unchanged.

    Source: publicsuffix.org, the copy packaged with ``publicsuffixlist``; no request is made.
    """
    if _is_address(host):
        return host
    return _suffixes().privatesuffix(host) or host


def find_domain(host: str, known: Container[str]) -> str | None:
    """Find the longest of some domains that a host is, or lies under.

    Args:
        host: In lower case.
        known: Domains, likewise.
    """
    labels = host.split(".")
    tails = (".".join(labels[cut:]) for cut in range(len(labels)))
    return next((tail for tail in tails if tail in known), None)


def is_unresolved_redirect(url: str) -> bool:
    """Tell whether the host only redirects, so that the page behind it is not known from here."""
    return host_of(url) in _UNRESOLVED


def text_fragment(url: str) -> str | None:
    """Read the passage that a link points at with ``#:~:text=[prefix-,]start[,end][,-suffix]``.

    Prefix and suffix only locate the passage and are left out. A range's start and end are joined
    by `` … ``, several passages by a newline. None where there is none.

    Source: WICG, URL Fragment Text Directives, section 3.1.
    """
    _, found, directives = url.partition(":~:")
    if not found:
        return None
    passages = [
        passage
        for directive in directives.split("&")
        if directive.startswith("text=")
        for passage in (_read_text_directive(directive.removeprefix("text=")),)
        if passage
    ]
    return "\n".join(passages) or None


def _read_text_directive(value: str) -> str:
    """Join the decoded start and end of one directive; empty where it has neither."""
    parts = value.split(",")
    if len(parts) > 1 and parts[0].endswith("-"):
        parts = parts[1:]
    if len(parts) > 1 and parts[-1].startswith("-"):
        parts = parts[:-1]
    decoded = (" ".join(unquote(part).split()) for part in parts)
    return " … ".join(part for part in decoded if part)


def _canonicalise_once(url: str) -> str | None:
    """Unwrap one layer and normalise; :func:`canonical_url` repeats it until it settles."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = _normalise_host(parts.hostname)
    if host is None:
        return None
    target = _find_target(host, parts)
    if target is not None:
        return target
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    path = _normalise_path(parts.path)
    query = _normalise_query(parts.query)
    return f"https://{place}{path}" + (f"?{query}" if query else "")


def _normalise_host(host: str) -> str | None:
    """Bring a host into lower-case ASCII; None where no host can be written like that."""
    host = host.rstrip(".")
    if ":" in host:  # urlsplit has taken the brackets of an IPv6 address away
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
        except ValueError:
            return None
    try:
        ascii_host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None
    ascii_host = ascii_host.lower().rstrip(".")
    return ascii_host if len(ascii_host) <= 253 and _HOST.fullmatch(ascii_host) else None


def _normalise_path(path: str) -> str:
    """Unify the encoding, resolve dots, and drop AMP endings and the slash at the end."""
    segments: list[str] = []
    for segment in _normalise_encoding(path, "/:@!$&'()*+,;=").split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    joined = "/" + "/".join(segments).strip("/")
    while (shorter := _AMP_ENDING.sub("", joined).rstrip("/")) != joined and shorter:
        joined = shorter
    return joined


def _normalise_query(query: str) -> str:
    """Drop tracking and AMP parameters and sort the others by name."""
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        plain_name, plain_value = unquote(name).lower().strip(), unquote(value).lower()
        if not piece or plain_name in _TRACKING or plain_name.startswith(_TRACKING_PREFIXES):
            continue
        if plain_name == "amp" and plain_value in _AMP_VALUES:
            continue
        if plain_name in ("outputtype", "output") and plain_value == "amp":
            continue
        safe = "/?:@!$'()*,;"
        encoded_name = _normalise_encoding(name.replace("+", " "), safe)
        encoded_value = _normalise_encoding(value.replace("+", " "), safe + "=")
        kept.append((encoded_name, encoded_name + equals + encoded_value))
    kept.sort(key=lambda pair: pair[0])
    return "&".join(pair for _, pair in kept)


def _normalise_encoding(text: str, safe: str) -> str:
    """Encode what must be, decode what need not be, and write hexadecimal digits in capitals."""
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = re.sub(r"%[0-9A-Fa-f]{2}", _decode_unreserved, text)
    return quote(text, safe=safe + "%", errors="replace")


def _decode_unreserved(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else match[0].upper()


def _find_target(host: str, parts: SplitResult) -> str | None:
    """Give the URL that a redirect wrapper or an AMP cache carries; None where there is none."""
    path = parts.path.rstrip("/")
    if host.endswith(".cdn.ampproject.org"):
        cached = re.sub(r"^/[a-z]{1,3}(?=/)", "", path)
        return _read_amp_target(cached, parts)
    if _GOOGLE_AMP.fullmatch(host) and path.startswith("/amp/"):
        return _read_amp_target(path.removeprefix("/amp"), parts)
    if host == "r.search.yahoo.com":
        found = re.search(r"/RU=([^/]+)/", parts.path)
        return _accept_target(unquote(found[1])) if found else None
    for host_pattern, path_pattern, names in _WRAPPERS:
        if host_pattern.fullmatch(host) and path_pattern.fullmatch(path):
            values = parse_qs(parts.query)
            for name in names:
                value = values.get(name, [""])[0]
                target = _decode_bing(value) if host.endswith("bing.com") else value
                if accepted := _accept_target(target):
                    return accepted
    return None


def _read_amp_target(path: str, parts: SplitResult) -> str | None:
    found = _AMP_TARGET.fullmatch(path)
    if not found:
        return None
    return _accept_target(f"https://{found[1]}" + (f"?{parts.query}" if parts.query else ""))


def _accept_target(target: str) -> str | None:
    """Take a target only if it is itself an http(s) URL with a host that can be written."""
    try:
        parts = urlsplit(target.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not usable or _normalise_host(parts.hostname or "") is None:
        return None
    return target.strip()


def _decode_bing(value: str) -> str:
    """Decode Bing's ``a1`` + unpadded base64 of the target; empty where it is something else."""
    if not value.startswith("a1"):
        return ""
    encoded = value[2:] + "=" * (-len(value[2:]) % 4)
    try:
        return base64.urlsafe_b64decode(encoded).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
