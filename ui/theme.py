"""The look of the page as far as Gradio's theme goes: sober colours, and the fonts of the reader's own machine."""

from __future__ import annotations

import gradio as gr


def plain_theme() -> gr.themes.Base:
    """Return a theme that fetches no font."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"),
        font_mono=("ui-monospace", "Menlo", "Consolas", "monospace"),
    )
