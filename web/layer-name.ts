import type { LayerDescription, SiteDescription, SystemDescription } from '../sim/worker/protocol.ts';

/** What a layer is, with its own name where it has one: `Retry`, `Retry (with jitter)`. */
export function layerName({ title, address, family }: LayerDescription): string {
  const own = address.slice(address.lastIndexOf('/') + 1);
  return own === family ? title : `${title} (${own.replaceAll('-', ' ')})`;
}

/** A call site: `api → orders`, with the operation where there are several between the two. */
export function siteName(system: SystemDescription, { from, to, operation }: SiteDescription): string {
  const alike = system.sites.filter((site) => site.from === from && site.to === to);
  return alike.length > 1 && operation !== '' ? `${from} → ${to} (${operation})` : `${from} → ${to}`;
}
