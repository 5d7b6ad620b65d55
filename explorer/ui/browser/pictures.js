// The encoded pictures of a table as addresses that an <img> can show, and a way to free them.
function pictureUrls(table, type) {
  const column = table.getChild("picture");
  const urls = [];
  for (let row = 0; row < table.numRows; row++) {
    urls.push(URL.createObjectURL(new Blob([column.get(row)], { type })));
  }
  return { urls, free: () => urls.forEach((url) => URL.revokeObjectURL(url)) };
}
