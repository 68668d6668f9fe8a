/**
 * A picture with at most 256 colours: those that are there most often, and for every other one the nearest of them.
 * Answers the palette, and the rows of a PNG as they are before they are compressed, both in base64.
 */
async (png) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const { naturalWidth: width, naturalHeight: height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const often = [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([pixel]) => pixel);
  const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const palette = often.slice(0, 256).map(channels);
  const distance = ([a, b, c], [d, e, f]) => (a - d) ** 2 + (b - e) ** 2 + (c - f) ** 2;
  const nearest = (colour) =>
    palette.reduce((best, each, at) => (distance(each, colour) < distance(palette[best], colour) ? at : best), 0);
  const place = new Map(often.map((pixel, at) => [pixel, at < 256 ? at : nearest(channels(pixel))]));

  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, none
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = place.get(pixels[y * width + x]);
  const text = (bytes) => bytes.reduce((made, byte) => made + String.fromCharCode(byte), "");
  return { width, height, palette: btoa(text(new Uint8Array(palette.flat()))), rows: btoa(text(rows)) };
};
