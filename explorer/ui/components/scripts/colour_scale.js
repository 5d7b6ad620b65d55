// The colour bar over a sheet of pictures, with the texts at its ends; hidden if there is none.
function showScale(place, scale, bar) {
  place.hidden = !scale;
  if (!scale) return;
  setTexts(place, scale);
  showPicture(place.querySelector(".ramp"), bar);
}
