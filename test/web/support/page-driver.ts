import type { Page } from 'playwright-core';
import type { ArmRequest } from '../../../sim/worker/protocol.ts';
import { scenarioOf } from '../../../sim/worker/request.ts';
import { wholeRecordOf } from '../../support/run-scenario.ts';

/** A small scenario for tests of the page: a few seconds of simulation, a fault, a breaker, two variants. */
export const SMALL_SCENARIO = `faultline: 1
title: A small one
story: The store stops answering for a while.
seed: small
duration: 30s
bucket: 50ms
warmup: 2s
system:
  users:
    kind: client
    arrivals: {poisson: 100/s}
    calls: shop
    patterns:
      - retry: {maxAttempts: 3, backoff: {fixed: 50ms}}
      - timeout: {after: 1s}
  shop:
    kind: service
    instances: 2
    threads: 20
    handler:
      - work: {lognormal: {mean: 4ms, cv: 0.6}}
      - call: store
        operation: read
        patterns:
          - circuitBreaker: {kind: consecutive, failureThreshold: 5, recoveryTimeout: 2s}
          - timeout: {after: 200ms}
  store:
    kind: database
    replicas: 2
    connections: 8
    read: {lognormal: {mean: 6ms, cv: 1}}
faults:
  - {at: 10s, for: 5s, hang: {target: store}}
variants:
  bare:
    off: [shop/store/circuitBreaker]
  breaker: {}
`;

/** Opens the page and waits until both runs of its first scenario have ended. */
export async function openPage(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await runsEnded(page);
}

/** Waits until no arm is running and the results are there. */
export async function runsEnded(page: Page): Promise<void> {
  await page.locator('.progress', { hasText: /^of \d+ s$/ }).waitFor();
  await page.locator('.results').waitFor();
  await framesDone(page);
}

/** Lets everything be drawn that waits for its turn. */
export async function framesDone(page: Page, frames = 30): Promise<void> {
  await page.evaluate(
    (count) =>
      new Promise<void>((resolve) => {
        const next = (left: number): void => {
          if (left === 0) resolve();
          else requestAnimationFrame(() => next(left - 1));
        };
        next(count);
      }),
    frames,
  );
}

/** Puts a text into the editor and runs it. */
export async function runText(page: Page, text: string): Promise<void> {
  const details = page.locator('#text');
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  await page.getByLabel('Scenario text (YAML)').fill(text);
  await page.getByRole('button', { name: 'Run this text' }).click();
}

/** Presses a key while no control has the focus. */
export async function pressKey(page: Page, key: string): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(key);
}

/** Moves the playhead to a share of the run. */
export async function seek(page: Page, share: number): Promise<void> {
  await page.getByLabel('Time in the run').evaluate((slider: HTMLInputElement, at) => {
    slider.value = String(Math.round(at * Number(slider.max)));
    slider.dispatchEvent(new Event('input'));
  }, share);
  await framesDone(page, 10);
}

/** The dots of every arm, pixel by pixel. */
export async function dotPixels(page: Page): Promise<string[]> {
  return page.locator('.topology canvas').evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

/** Fingerprints of requests and of events, as the results show them: for each, arm A and arm B. */
export async function fingerprints(page: Page): Promise<string[][]> {
  return page.locator('.results .prints').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('code')].map((code) => code.textContent ?? '')));
}

/** What the engine gives for a request without any page. */
export function fingerprintsInNode(request: ArmRequest): { readonly requests: string; readonly events: string } {
  const parsed = scenarioOf(request);
  if (!parsed.ok) throw new Error('the scenario of the test has mistakes');
  const { request: requests, dispatch: events } = wholeRecordOf(parsed.scenario, request).fingerprints;
  return { requests, events };
}
