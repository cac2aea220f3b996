/**
 * Goal: the page does in Firefox what it does in Chromium: opens a link, runs both arms to the fingerprints of Node, plays,
 * draws, follows a switch and a choice of colours, makes a link, and reports no error.
 * Method: the built page with one script before its own that uses it as a person would and sends back what it found; no
 * driver, since none of them works with every Firefox.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ArmRequest } from '../../sim/worker/protocol.ts';
import { linkTo, openLink } from '../../web/share-link.ts';
import type { Work } from '../../web/work.ts';
import { findEngine, missingReason } from '../support/browser.ts';
import { postedBy, type Texts } from '../support/engine-hosts.ts';
import { fingerprintsInNode, SMALL_SCENARIO } from '../web/support/page-driver.ts';

const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

interface Findings {
  /** Of requests, then of events; arm A, then arm B. */
  readonly prints: string[];
  readonly printsAfterSwitch: string[];
  readonly dots: number;
  readonly played: boolean;
  readonly grounds: string[];
  readonly hash: string;
  readonly announced: string;
  readonly errors: string[];
}

/** Runs in the page, by itself: it can use nothing from outside. */
async function visit(): Promise<Findings> {
  const errors: string[] = [];
  addEventListener('error', (event) => errors.push(event.message));
  addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
  addEventListener('securitypolicyviolation', (event) => errors.push(event.violatedDirective));
  console.error = (...parts: unknown[]) => void errors.push(parts.join(' '));
  const frames = async (count: number): Promise<void> => {
    for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
  };
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (const start = Date.now(); !isSo(); await frames(1)) if (Date.now() - start > 20_000) throw new Error(`${what} never came; errors: ${errors.join('; ')}`);
  };
  const one = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
  const readPrints = (): string[] => [...document.querySelectorAll('.prints code')].map((code) => code.textContent);
  const time = (): string => one('.time').textContent;
  const ground = (): string => getComputedStyle(document.documentElement).backgroundColor;

  await until('the end of the runs', () => readPrints().length === 4 && one('.progress').textContent.startsWith('of'));
  await frames(30);
  const prints = readPrints();
  const announced = one('#announcer').textContent;
  const canvas = document.querySelector<HTMLCanvasElement>('.topology canvas')!;
  const pixels = new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.buffer);

  const before = time();
  const space = (): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }));
  space();
  await until('another time', () => time() !== before);
  space();

  one('#arm-a [data-address="shop/store/circuitBreaker"]').click();
  await until('another fingerprint', () => readPrints().length === 4 && readPrints()[0] !== prints[0]);
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Share')!.click();
  const link = location.hash;
  await until('a link', () => location.hash !== link);

  const grounds = ['light', 'dark'].map((theme) => {
    const choice = document.querySelector<HTMLSelectElement>('#theme')!;
    choice.value = theme;
    choice.dispatchEvent(new Event('change'));
    return ground();
  });
  return { prints, printsAfterSwitch: readPrints(), dots: pixels.filter((pixel) => pixel !== 0).length, played: time() !== before, grounds, hash: location.hash, announced, errors };
}

/** The built page, with `visit` run in it before all else. */
function pageWithVisit(): Texts {
  const files = readdirSync(builtPage, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const texts = files.map((file) => {
    const path = join(file.parentPath, file.name);
    return [path.slice(builtPage.length), [TYPES[extname(path)] ?? 'text/plain', readFileSync(path, 'utf8')]] as const;
  });
  const [, index] = texts.find(([path]) => path === '/index.html')!;
  const send = "(found) => fetch('/', { method: 'POST', body: JSON.stringify(found) })";
  return {
    ...Object.fromEntries(texts),
    '/': ['text/html', index[1].replace('<head>', '<head><script src="./visit.js"></script>')],
    '/visit.js': ['text/javascript', `(${visit.toString()})().catch(({ message }) => ({ error: message })).then(${send});`],
  };
}

test('a visit to the page', { timeout: 60_000 }, async ({ skip }) => {
  const program = findEngine('firefox');
  if (program === undefined) return skip(missingReason('firefox'));
  const bare: ArmRequest = { text: SMALL_SCENARIO, variant: 'bare', seed: '', switches: {}, interventions: [] };
  const arms = ['bare', 'breaker'].map((variant) => ({ variant, switches: {}, interventions: [] }));
  const work: Work = { scenario: '', text: SMALL_SCENARIO, seed: '', arms, timeNs: 12e9, speed: 1, theme: 'light', zoom: null, changeAt: 'start' };
  const found = (await postedBy('firefox', program, pageWithVisit(), await linkTo(work))) as Findings;

  const printsOf = (requests: readonly ArmRequest[]): string[] => {
    const each = requests.map(fingerprintsInNode);
    return [...each.map(({ requests: print }) => print), ...each.map(({ events }) => events)];
  };
  const breaker = { ...bare, variant: 'breaker' };
  const switches = { 'shop/store/circuitBreaker': true };
  expect(found.errors).toEqual([]);
  expect(found.prints).toEqual(printsOf([bare, breaker]));
  expect(found.printsAfterSwitch).toEqual(printsOf([{ ...bare, switches }, breaker]));
  expect(found.announced).toMatch(/^Run A has ended: availability .* Run B has ended: .* They part at 10\.\d+ s\.$/);
  expect(found.dots).toBeGreaterThan(100);
  expect(found.played).toBe(true);
  expect(found.grounds[0]).not.toBe(found.grounds[1]);
  const link = await openLink(found.hash);
  expect(link.kind === 'work' && link.work.arms.map((arm) => arm.switches)).toEqual([switches, {}]);
});
