/** The font of the reports' figures. */
export const figureFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
