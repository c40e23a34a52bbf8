/** A run of IPv4 addresses, both ends included, as unsigned numbers. */
export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;

/**
 * An address (`198.51.100.7`) or a range in CIDR form (`198.51.100.0/24`), or undefined when the text is neither.
 *
 * Bits below the prefix are dropped, so `198.51.100.7/24` is the range that it lies in.
 */
export function parseIpv4(text: string): Ipv4Range | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = match[5] === undefined ? 32 : Number(match[5]);
  if (octets.some((octet) => octet > 255) || prefix > 32) return undefined;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

export function contains(outer: Ipv4Range, inner: Ipv4Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Ipv4Range, other: Ipv4Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether ranges cover all of another one together: two halves cover the whole. */
export function isCovered(range: Ipv4Range, by: readonly Ipv4Range[]): boolean {
  let next = range.first;
  for (const { first, last } of by.toSorted((a, b) => a.first - b.first)) {
    if (first > next) break;
    next = Math.max(next, last + 1);
  }
  return next > range.last;
}

export function sizeOf({ first, last }: Ipv4Range): number {
  return last - first + 1;
}

/** Ranges that no host on the internet has as its source: https://www.rfc-editor.org/rfc/rfc6890 */
const notPublic = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
].flatMap((text) => parseIpv4(text) ?? []);

/** Whether a whole range lies in addresses that are never seen on the internet. */
export function isNotPublic(range: Ipv4Range): boolean {
  return notPublic.some((known) => contains(known, range));
}
