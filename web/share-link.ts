/**
 * The share link: the whole work in the fragment of the address, which is never sent to a server.
 *
 * `#s=1.` and then base64url(deflate-raw(JSON)). The JSON is `[checksum, work]` with short keys; the checksum tells a
 * damaged link from a good one, since raw deflate has none. Whatever comes in is checked field by field: a link is
 * somebody else's text.
 */
import { type Theme, THEMES } from './theme.ts';
import { type ArmSetup, MAX_SPEED, MIN_SPEED, type Span, type Work } from './work.ts';

const VERSION = '1';
const PREFIX = '#s=';
/** A link that unpacks to more than this is not one of ours. */
const MAX_JSON_BYTES = 4_000_000;
const MAX_ARMS = 4;
const MAX_INTERVENTIONS = 10_000;

export type OpenedLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'bad'; readonly message: string };

const DAMAGED = 'This link is damaged or was cut off, so nothing was changed. Ask for it again, or for the scenario file.';
const FOREIGN = 'This link does not hold a Faultline session, so nothing was changed.';

/** The fragment that restores the work, with its leading `#`. */
export async function linkTo(work: Work): Promise<string> {
  const packed = pack(work);
  const json = JSON.stringify([checksum(JSON.stringify(packed)), packed]);
  const bytes = await through(new TextEncoder().encode(json), new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY);
  return `${PREFIX}${VERSION}.${toBase64Url(bytes)}`;
}

/** What the fragment of an address holds. Never throws. */
export async function openLink(fragment: string): Promise<OpenedLink> {
  if (fragment === '' || fragment === '#') return { kind: 'none' };
  if (!fragment.startsWith(PREFIX)) return { kind: 'bad', message: FOREIGN };
  const [, version, payload] = /^([^.]*)\.?(.*)$/s.exec(fragment.slice(PREFIX.length)) ?? [];
  if (version !== VERSION && /^\d+$/.test(version ?? '')) {
    return {
      kind: 'bad',
      message: `This link was made by another version of Faultline (link format ${version}, this page reads ${VERSION}), so nothing was changed.`,
    };
  }
  if (version !== VERSION) return { kind: 'bad', message: FOREIGN };
  const json = await unpackText(payload ?? '');
  if (json === undefined) return { kind: 'bad', message: DAMAGED };
  let sum: unknown;
  let packed: unknown;
  try {
    [sum, packed] = JSON.parse(json) as [unknown, unknown];
  } catch {
    return { kind: 'bad', message: DAMAGED };
  }
  if (sum !== checksum(JSON.stringify(packed) ?? '')) return { kind: 'bad', message: DAMAGED };
  const work = unpack(packed);
  return work === undefined ? { kind: 'bad', message: FOREIGN } : { kind: 'work', work };
}

// ---------------------------------------------------------------------------------------------------------------------
// The work with short keys

interface PackedArm {
  readonly v: string;
  readonly w?: Readonly<Record<string, 0 | 1>>;
  readonly i?: readonly (readonly [atNs: number, address: string, enabled: 0 | 1])[];
}
interface Packed {
  readonly n?: string;
  readonly y?: string;
  readonly d?: string;
  readonly a: readonly PackedArm[];
  readonly t: number;
  readonly x: number;
  readonly h?: Theme;
  readonly z?: readonly [fromNs: number, toNs: number];
  /** Switches work at the playhead. */
  readonly p?: 1;
}

const bit = (flag: boolean): 0 | 1 => (flag ? 1 : 0);

function pack(work: Work): Packed {
  return {
    ...(work.scenario === '' ? { y: work.text } : { n: work.scenario }),
    ...(work.seed === '' ? {} : { d: work.seed }),
    a: work.arms.map(({ variant, switches, interventions }) => ({
      v: variant,
      ...(Object.keys(switches).length === 0
        ? {}
        : { w: Object.fromEntries(Object.entries(switches).map(([address, on]) => [address, bit(on)])) }),
      ...(interventions.length === 0
        ? {}
        : { i: interventions.map(({ atNs, address, enabled }) => [atNs, address, bit(enabled)] as const) }),
    })),
    t: work.timeNs,
    x: work.speed,
    ...(work.theme === 'auto' ? {} : { h: work.theme }),
    ...(work.zoom === null ? {} : { z: [work.zoom.fromNs, work.zoom.toNs] as const }),
    ...(work.changeAt === 'start' ? {} : { p: 1 as const }),
  };
}

function unpack(packed: unknown): Work | undefined {
  if (!isRecord(packed)) return undefined;
  const { n = '', y = '', d = '', a, t, x, h = 'auto', z, p } = packed;
  const arms = Array.isArray(a) && a.length >= 1 && a.length <= MAX_ARMS ? a.map(unpackArm) : [undefined];
  if (typeof n !== 'string' || typeof y !== 'string' || typeof d !== 'string' || (n === '') === (y === '')) return undefined;
  if (!isInstant(t) || typeof x !== 'number' || !(x >= MIN_SPEED && x <= MAX_SPEED)) return undefined;
  if (!THEMES.includes(h as Theme) || !arms.every((arm) => arm !== undefined)) return undefined;
  if ((z !== undefined && !isPackedSpan(z)) || (p !== undefined && p !== 1)) return undefined;
  const zoom: Span | null = z === undefined ? null : { fromNs: z[0], toNs: z[1] };
  return { scenario: n, text: y, seed: d, arms, timeNs: t, speed: x, theme: h as Theme, zoom, changeAt: p === 1 ? 'playhead' : 'start' };
}

function unpackArm(packed: unknown): ArmSetup | undefined {
  if (!isRecord(packed)) return undefined;
  const { v, w = {}, i = [] } = packed;
  if (typeof v !== 'string' || !isRecord(w) || !Object.values(w).every(isBit)) return undefined;
  if (!Array.isArray(i) || i.length > MAX_INTERVENTIONS || !i.every(isPackedIntervention)) return undefined;
  return {
    variant: v,
    switches: Object.fromEntries(Object.entries(w).map(([address, on]) => [address, on === 1])),
    interventions: i.map(([atNs, address, enabled]) => ({ atNs, address, enabled: enabled === 1 })),
  };
}

function isPackedIntervention(value: unknown): value is readonly [number, string, 0 | 1] {
  return Array.isArray(value) && value.length === 3 && isInstant(value[0]) && typeof value[1] === 'string' && isBit(value[2]);
}
function isPackedSpan(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && isInstant(value[0]) && isInstant(value[1]) && value[0] < value[1];
}
const isBit = (value: unknown): value is 0 | 1 => value === 0 || value === 1;
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// ---------------------------------------------------------------------------------------------------------------------
// Bytes

/** 32 bits over the text, in base 36. Every character moves every bit (multiplications with rotations between). */
function checksum(text: string): string {
  let sum = text.length;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x9e3779b1);
    sum = (sum << 13) | (sum >>> 19);
  }
  return (sum >>> 0).toString(36);
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function unpackText(payload: string): Promise<string | undefined> {
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const inflated = await through(bytes, new DecompressionStream('deflate-raw'), MAX_JSON_BYTES);
    return new TextDecoder('utf-8', { fatal: true }).decode(inflated);
  } catch {
    return undefined;
  }
}

/** Sends bytes through a stream and collects what comes out, at most `limit` bytes: a small link may unpack to gigabytes. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    length += part.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new Error('the link unpacks to too much');
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
