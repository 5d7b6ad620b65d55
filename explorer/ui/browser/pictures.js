// What the app has packed: the data, in which each list of pictures is a list of bytes.
function unpacked(bytes) {
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { data, lengths } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  for (const [name, sizes] of Object.entries(lengths)) {
    data[name] = sizes.map((size) => bytes.subarray(at, (at += size)));
  }
  return data;
}

// Encoded pictures as addresses that an <img> can show, and a way to free them.
function pictureUrls(pictures, type) {
  const urls = pictures.map((bytes) => URL.createObjectURL(new Blob([bytes], { type })));
  return { urls, free: () => urls.forEach((url) => URL.revokeObjectURL(url)) };
}
