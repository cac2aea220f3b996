/** How a layout is put into the room it has: scaled, and moved into the middle. */
export interface Fit {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room that dots, badges and labels of faults need around the cards. */
const PADDING = { x: 8, top: 16, bottom: 18 };
const MAX_SCALE = 1.25;
/** Below this texts could not be read: the picture rather becomes higher than its room. */
const READABLE_SCALE = 0.6;

/** Scale and height for a layout in a room of the given width and preferably at most the given height. */
export function fitInto(layout: Size, room: Size): Fit & { readonly height: number } {
  const width = room.width - 2 * PADDING.x;
  const byHeight = (room.height - PADDING.top - PADDING.bottom) / layout.height;
  const scale = Math.min(width / layout.width, Math.max(byHeight, READABLE_SCALE), MAX_SCALE);
  const height = layout.height * scale + PADDING.top + PADDING.bottom;
  return { scale, x: (room.width - layout.width * scale) / 2, y: PADDING.top, height };
}
