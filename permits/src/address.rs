//! Which addresses the internet routes, and ranges of those that it does not.

use std::net::IpAddr;

use super::rule::Subject;

/// Addresses with the same first bits, as in `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressRange {
    base: IpAddr,
    bits: u32,
}

/// Whether an address is one that the internet routes: an allow-list, since the exceptions keep growing.
///
/// An IPv4 address in IPv6 clothes (`::ffff:…`) is what the system takes it for, the IPv4 address. All other ways to
/// write one address space in the other (NAT64, 6to4, Teredo) are not public.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || a == 0
                || a >= 224
                || (a == 100 && b & 0xc0 == 64)
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && b & 0xfe == 18))
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            // Global unicast without documentation, protocol assignments and tunnels to other address spaces.
            a & 0xe000 == 0x2000
                && a != 0x2002
                && !(a == 0x2001 && (b < 0x200 || b == 0x0db8))
                && a != 0x3fff
        }
    }
}

// === impl AddressRange ===

impl AddressRange {
    /// Reads `10.0.0.0/8`, `fd00::/8`, or one address.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = address
            .parse()
            .map_err(|_| format!("`{address}` is no address"))?;
        if base != base.to_canonical() {
            return Err(format!(
                "`{address}` is an IPv4 address in IPv6 clothes; write `{}`",
                base.to_canonical()
            ));
        }
        let (number, width) = number(base);
        let bits = match bits {
            None => width,
            Some(bits) => bits
                .parse()
                .ok()
                .filter(|bits| *bits <= width)
                .ok_or_else(|| format!("`{bits}` is no number of bits up to {width}"))?,
        };
        if number & !mask(width, bits) != 0 {
            return Err(format!("`{text}` has bits set beyond its first {bits}"));
        }
        Ok(Self { base, bits })
    }

    pub(super) fn contains(self, address: IpAddr) -> bool {
        let ((base, width), (number, other)) = (number(self.base), number(address.to_canonical()));
        width == other && number & mask(width, self.bits) == base
    }
}

impl Subject for AddressRange {
    fn includes(&self, other: &Self) -> bool {
        self.bits <= other.bits && self.contains(other.base)
    }
}

/// An address as a number, and how many bits it has.
fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

/// The first `bits` of a number that is `width` bits wide.
fn mask(width: u32, bits: u32) -> u128 {
    let all = u128::MAX >> (128 - width);
    all & !all.checked_shr(bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public() {
        for (address, expected) in [
            ("8.8.8.8", true),
            ("10.0.0.1", false),
            ("192.0.2.1", false),
            ("198.17.0.1", true),
            ("198.18.0.1", false),
            ("198.19.255.1", false),
            ("224.0.0.1", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("192.0.0.1", false),
            ("192.0.1.1", true),
            ("192.88.99.1", false),
            ("192.88.98.1", true),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2001:4860::8888", true),
            ("3fff::1", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("fe80::1", false),
            ("fd00::1", false),
            ("2002:7f00:1::", false),
            ("64:ff9b::7f00:1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn ranges_hold_what_begins_alike() {
        for (range, address, expected) in [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::10.1.2.3", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
            ("::/0", "::1", true),
            ("::/0", "::ffff:10.0.0.1", false),
            ("::1", "::1", true),
        ] {
            let range = AddressRange::parse(range).unwrap();
            assert_eq!(
                range.contains(address.parse().unwrap()),
                expected,
                "{range:?} {address}"
            );
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for (range, problem) in [
            ("", "`` is no address"),
            ("10.0.0", "`10.0.0` is no address"),
            ("010.0.0.0/8", "`010.0.0.0` is no address"),
            ("localhost", "`localhost` is no address"),
            ("fe80::1%eth0", "`fe80::1%eth0` is no address"),
            ("10.0.0.0/33", "`33` is no number of bits up to 32"),
            ("10.0.0.0/", "`` is no number of bits up to 32"),
            ("10.0.0.1/8", "`10.0.0.1/8` has bits set beyond its first 8"),
            (
                "::ffff:10.0.0.0/104",
                "`::ffff:10.0.0.0` is an IPv4 address in IPv6 clothes; write `10.0.0.0`",
            ),
        ] {
            assert_eq!(AddressRange::parse(range), Err(problem.to_owned()));
        }
    }
}
