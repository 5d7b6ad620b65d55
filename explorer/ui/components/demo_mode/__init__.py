"""Demo mode in the browser: the button that begins it, its line of keys, and the keys."""

from __future__ import annotations

from explorer.ui.components import component

demo_mode = component(
    __file__,
    """
<div class="demo">
  <button type="button" class="begin" aria-keyshortcuts="d"
    title="For a big screen: the picture large, the answer in large type. Key: D">
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 4h18v12H3zM8 20h8M12 16v4"/></svg>
    <span>Demo mode</span></button>
  <div class="line" hidden>
    <strong class="network"></strong><span class="block"></span>
    <span class="keys"><kbd>\N{LEFTWARDS ARROW}</kbd> <kbd>\N{RIGHTWARDS ARROW}</kbd> depth
      <kbd>\N{UPWARDS ARROW}</kbd> <kbd>\N{DOWNWARDS ARROW}</kbd> block
      <kbd>Space</kbd> map</span>
    <button type="button" class="leave" aria-keyshortcuts="Escape d">Leave <kbd>Esc</kbd></button>
  </div>
  <span class="said" role="status"></span>
</div>
""",
)
