// Takes over the settings that the app sends, and tells it those that the reader has made. A change has
// a number: settings that do not answer the latest one are out of date.
export default function ({ data, parentElement, setTriggerValue }) {
  const gone = new AbortController();
  const end = ending(parentElement, () => gone.abort());
  const sent = JSON.stringify(data);
  const isNew = parentElement.sent !== sent;
  parentElement.sent = sent;
  parentElement.number ??= data.heard ?? 0;
  if (isNew && (data.heard ?? 0) >= parentElement.number) {
    parentElement.number = data.heard ?? 0;
    changeView(settingsOf(data));
    parentElement.told = told();
  }

  function told() {
    return JSON.stringify(settingsOf(pictureView()));
  }

  window.addEventListener("resnet-explorer-view-set", () => {
    if (told() === parentElement.told) return;
    parentElement.told = told();
    parentElement.number += 1;
    const settings = settingsOf(pictureView());
    const palette = data.palettes[settings.palette];
    setTriggerValue("chosen", { ...settings, palette, number: parentElement.number });
  }, { signal: gone.signal });
  return end;
}

function settingsOf({ palette, opacity, cells, frame }) {
  return { palette, opacity, cells, frame };
}
