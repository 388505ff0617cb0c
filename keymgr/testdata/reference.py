"""A self-made transcription of the rules of conda-content-trust (commit f149256),
which the registries do not have: common.py, authentication.py, and the client's
order of things in conda's plugin verification.py. It is no oracle that somebody
else wrote; json and the signatures are: Python's, and OpenSSL's by way of
pyca/cryptography. What the reference accepts and should not, this accepts too.

    reference.py REPODATA KEY_MGR ROOT ROOT...

prints an object: for each package of REPODATA what the client shows of it.
"""
import datetime
import hashlib
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class SignatureError(Exception):
    pass


class UnknownRoleError(Exception):
    pass


# common.py


def canonserialize(obj):
    return json.dumps(obj, indent=2, sort_keys=True).encode("utf-8")


def is_hex(text, length=None):
    return isinstance(text, str) and re.fullmatch("(?:[0-9a-f]{2})+", text) and length in (None, len(text))


def is_signature(obj):
    return isinstance(obj, dict) and is_hex(obj.get("signature"), 128)


def is_gpg_signature(obj):
    return (
        is_signature(obj)
        and is_hex(obj.get("other_headers"))
        and (set(obj) == {"other_headers", "signature"}
             or set(obj) == {"other_headers", "signature", "see_also"} and is_hex(obj["see_also"], 40))
    )


def checkformat_signable(obj):
    if not isinstance(obj, dict) or set(obj) != {"signatures", "signed"}:
        raise TypeError("not a signable")


def checkformat_delegating_metadata(obj):
    checkformat_signable(obj)
    for signature in obj["signatures"].values():
        if not is_signature(signature) and not is_gpg_signature(signature):
            raise TypeError("a signature of neither form")
    signed = obj["signed"]
    if signed["type"] not in ("root", "key_mgr") or not isinstance(signed["metadata_spec_version"], str):
        raise ValueError("type or version of the format")
    for name in ("expiration", "timestamp"):
        if name == "expiration" or name in signed:
            datetime.datetime.strptime(signed[name], "%Y-%m-%dT%H:%M:%SZ")
    if signed["type"] == "root" or "version" in signed:
        if int(signed["version"]) != signed["version"] or signed["version"] < 1:
            raise ValueError("version")
    for delegation in signed["delegations"].values():
        if set(delegation) != {"pubkeys", "threshold"} or int(delegation["threshold"]) < 1:
            raise ValueError("a delegation")
        keys = delegation["pubkeys"]
        if not all(is_hex(k, 64) for k in keys) or len(set(keys)) != len(keys):
            raise ValueError("the keys of a delegation")


# authentication.py


def verify_signature(signature, key, data):
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)


def verify_gpg_signature(signature, key, data):
    headers = bytes.fromhex(signature["other_headers"])
    digest = hashlib.sha256(data + headers + b"\x04\xff" + len(headers).to_bytes(4, "big")).digest()
    verify_signature(signature["signature"], key, digest)


def verify_signable(signable, authorized, threshold, gpg=False):
    checkformat_signable(signable)
    data = canonserialize(signable["signed"])
    good = {}
    for key, signature in signable["signatures"].items():
        if not is_hex(key, 64) or key not in authorized:
            continue
        try:
            if gpg:
                if not is_gpg_signature(signature):
                    continue
                verify_gpg_signature(signature, key, data)
            else:
                if not is_signature(signature):
                    continue
                verify_signature(signature["signature"], key, data)
        except InvalidSignature:
            continue
        good[key] = signature
    if len(good) < threshold:
        raise SignatureError(f"{len(good)} of {threshold} signatures")


def verify_root(trusted, new):
    checkformat_delegating_metadata(trusted)
    checkformat_delegating_metadata(new)
    if trusted["signed"]["type"] != "root" or new["signed"]["type"] != "root":
        raise ValueError("not a root")
    if trusted["signed"]["version"] + 1 != new["signed"]["version"]:
        raise SignatureError("not the next version")
    for root in (trusted, new):
        rule = root["signed"]["delegations"]["root"]
        verify_signable(new, rule["pubkeys"], rule["threshold"], gpg=True)


def verify_delegation(name, untrusted, trusted):
    checkformat_delegating_metadata(trusted)
    checkformat_signable(untrusted)
    try:
        checkformat_delegating_metadata(untrusted)
    except (KeyError, TypeError, ValueError):
        pass
    else:
        if untrusted["signed"]["type"] != name:
            raise ValueError("another type than its role's")
    if name not in trusted["signed"]["delegations"]:
        raise UnknownRoleError(name)
    rule = trusted["signed"]["delegations"][name]
    verify_signable(untrusted, rule["pubkeys"], rule["threshold"])


# verification.py


def load(path):
    return json.loads(pathlib.Path(path).read_bytes())


def main(repodata, key_mgr, *roots):
    trusted = load(roots[0])
    for path in roots[1:]:
        new = load(path)
        verify_root(trusted, new)
        trusted = new
    manager = load(key_mgr)
    verify_delegation("key_mgr", manager, trusted)
    data = load(repodata)
    said = {}
    for name, record in (data["packages"] | data["packages.conda"]).items():
        if name not in data.get("signatures", {}):
            said[name] = "no signatures found"
            continue
        envelope = {"signed": record, "signatures": data["signatures"][name]}
        try:
            verify_delegation("pkg_mgr", envelope, manager)
            said[name] = "package metadata is TRUSTED"
        except SignatureError:
            said[name] = "package metadata is UNTRUSTED"
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
