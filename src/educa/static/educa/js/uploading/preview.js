const WIDEST = 480; // pixels; twice that of the page's picture, for sharp screens

/** A small copy of a picture as a `data:` URL; nothing for what the browser can't read. */
export async function previewOf(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, WIDEST / picture.width, WIDEST / picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas.toDataURL("image/png");
  } catch {
    return "";
  }
}
