/**
 * Places where the bundled engine can run. Each gets the folder that `bundleEngine` has filled, how much of each world to
 * run and in which pieces, and returns what came out.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Extent, Pieces, RunPrint } from '../determinism/prints.ts';
import { chromiumArguments } from './browser.ts';

/** JavaScript that imports the bundle and makes `prints` of it. */
const running = (extent: Extent, pieces: Pieces, folder = '.'): string => `
  import { printsOf } from '${folder}/engine.mjs';
  import { worlds } from '${folder}/worlds.mjs';
  const prints = printsOf(worlds, ${JSON.stringify(extent)}, ${JSON.stringify(pieces)});
`;

export function inWorkerThread(folder: string, extent: Extent, pieces: Pieces): Promise<RunPrint[]> {
  const code = `${running(extent, pieces, pathToFileURL(folder).href)}
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage(prints);`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** @param program path of the shell of JavaScriptCore */
export async function inJavaScriptCore(program: string, folder: string, extent: Extent, pieces: Pieces): Promise<RunPrint[]> {
  const script = join(folder, 'shell.mjs');
  writeFileSync(script, `${running(extent, pieces)} print(JSON.stringify(prints));`);
  const { stdout } = await promisify(execFile)(program, ['-m', script]);
  return JSON.parse(stdout) as RunPrint[];
}

export interface BrowserPrints {
  readonly page: RunPrint[];
  readonly worker: RunPrint[];
}

/**
 * Starts a browser without any driver on a page that runs the engine in itself and in a Worker, and that sends the
 * results back here.
 */
export async function inBrowser(
  engine: 'chromium' | 'firefox',
  program: string,
  folder: string,
  extent: Extent,
  pieces: { readonly page: Pieces; readonly worker: Pieces },
): Promise<BrowserPrints> {
  const result = await postedBy(engine, program, {
    '/': ['text/html', pageHtml(running(extent, pieces.page))],
    '/worker.mjs': ['text/javascript', `${running(extent, pieces.worker)} postMessage(prints);`],
    '/engine.mjs': ['text/javascript', readFileSync(join(folder, 'engine.mjs'), 'utf8')],
    '/worlds.mjs': ['text/javascript', readFileSync(join(folder, 'worlds.mjs'), 'utf8')],
  });
  return result as BrowserPrints;
}

/** Texts to be served, by the path of their address. */
export type Texts = Readonly<Record<string, readonly [type: string, text: string]>>;

/**
 * Starts a browser without any driver on a page made of `texts`, and returns what that page sends back here as JSON.
 * @param fragment of the address, with its `#`
 * @throws Error when the page sends `{ error }`, or when the browser ends by itself
 */
export async function postedBy(engine: 'chromium' | 'firefox', program: string, texts: Texts, fragment = ''): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), `profile-${pid}-`));
  const { address, posted, close } = await serve(texts);
  const options =
    engine === 'firefox'
      ? ['--headless', '--no-remote', '--profile', profile]
      : ['--headless', ...chromiumArguments, `--user-data-dir=${profile}`];
  // A group of its own, so that all processes of the browser can be ended together.
  const child = spawn(program, [...options, address + fragment], { stdio: 'ignore', detached: true });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended by itself with code ${code}`)));
  });
  try {
    const result = JSON.parse(await Promise.race([posted, ended])) as { readonly error?: string };
    if (result.error !== undefined) throw new Error(`${program}: ${result.error}`);
    return result;
  } finally {
    child.removeAllListeners();
    if (child.pid !== undefined) await endGroup(child.pid);
    await close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const pageHtml = (script: string): string => `<!doctype html>
<title>Fingerprints</title>
<script>
  const send = (result) => fetch('/', { method: 'POST', body: JSON.stringify(result) });
  addEventListener('error', (event) => send({ error: String(event.message) }));
</script>
<script type="module">
  ${script}
  const worker = new Worker('./worker.mjs', { type: 'module' });
  worker.onmessage = ({ data }) => send({ page: prints, worker: data });
  worker.onerror = (event) => send({ error: 'in the worker: ' + event.message });
</script>
`;

/** Serves a few texts on this machine; `posted` is the first text that is sent to it. */
async function serve(texts: Texts): Promise<{ address: string; posted: Promise<string>; close: () => Promise<void> }> {
  let server!: Server;
  const posted = new Promise<string>((resolve) => {
    server = createServer((request, response) => {
      const found = texts[request.url ?? ''];
      if (request.method === 'POST') {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (part: string) => (body += part));
        request.on('end', () => {
          response.writeHead(204).end();
          resolve(body);
        });
      } else if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': `${found[0]}; charset=utf-8` }).end(found[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    posted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Ends a process group that was started here, and waits until it is gone. */
async function endGroup(group: number): Promise<void> {
  try {
    process.kill(-group, 'SIGKILL');
    for (let i = 0; i < 50; i++) {
      process.kill(-group, 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch {
    // No process of that group is left.
  }
}
