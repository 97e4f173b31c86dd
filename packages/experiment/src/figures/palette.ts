/**
 * Six colours for series on a light ground, in order of use: blue, orange, teal, wine, olive, violet. Each is at
 * least 3 : 1 against the ground (WCAG 2.2, 1.4.11) and stays apart from the others for people with protanopia,
 * deuteranopia or tritanopia; `palette.test.ts` measures both.
 *
 * Figures name these colours; on a dark ground their counterparts in `darkPalette` are shown instead.
 */
export const palette = ['#1f3fb0', '#cc7200', '#2a9d9d', '#6b1746', '#605214', '#9657e8'] as const;

/** The same hues on a dark ground. */
export const darkPalette = ['#84b2fd', '#f19b37', '#7af0e4', '#e0457b', '#f7ea5c', '#a06bf0'] as const;

/** Ground and ink of figures and reports on a light screen, and on paper. */
export const light = { ground: '#ffffff', ink: '#1f2328' } as const;
/** The same on a dark screen. */
export const dark = { ground: '#16181d', ink: '#e6e8eb' } as const;
