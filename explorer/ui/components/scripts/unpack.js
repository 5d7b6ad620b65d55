// What the app has packed: the data, in which each list of pictures is a list of bytes.
function unpacked(bytes) {
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { data, lengths } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  for (const [name, sizes] of Object.entries(lengths)) {
    data[name] = sizes.map((size) => bytes.subarray(at, (at += size)));
  }
  return data;
}

// Streamlit ends a script when its element goes, and not when new data comes: so each call ends the
// one before it. What ends this call is what the script has to return.
function ending(parent, end) {
  parent.endEarlier?.();
  parent.endEarlier = end;
  return () => {
    if (parent.endEarlier !== end) return;
    delete parent.endEarlier;
    end();
  };
}

// Encoded pictures as addresses that an <img> can show. Not those of blobs: for each of them the
// page would wait for the browser's main process.
function pictureUrls(pictures, type) {
  return pictures.map((bytes) => `data:${type};base64,${base64(bytes)}`);
}

function base64(bytes) {
  const most = 8192; // arguments of one call
  let text = "";
  for (let at = 0; at < bytes.length; at += most) {
    text += String.fromCharCode(...bytes.subarray(at, at + most));
  }
  return btoa(text);
}

// A picture that is shown already stays as it is: it would be decoded anew. To read an address of
// many bytes back from the element takes long.
function showPicture(img, url) {
  if (img.shownUrl === url) return;
  img.shownUrl = url;
  img.src = url;
}
