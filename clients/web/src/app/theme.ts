import { createTheme, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e7f6f4',
  '#d3ebe8',
  '#a5d6d1',
  '#74c0b9',
  '#4dada5',
  '#34a198',
  '#0f8a82',
  '#0b7a75',
  '#066560',
  '#024e4a',
];

/** Mantine's dark greys in the tone of our own grounds, so that a dialog and the page below are one family. */
const dark: MantineColorsTuple = [
  '#e9edef',
  '#b9c3c8',
  '#9daab1',
  '#56636a',
  '#2d3338',
  '#2a3035',
  '#22272b',
  '#1b1f22',
  '#131618',
  '#0e1112',
];

/** The own face comes first; until it is here, and where it may not be loaded, the system's stands in. */
const FAMILY = '"Duken Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** Calm: one accent, one face, soft corners. The scales stand in base.css; Mantine speaks through them. */
export const theme = createTheme({
  primaryColor: 'duken',
  colors: { duken: teal, dark },
  primaryShade: { light: 7, dark: 7 },
  fontFamily: FAMILY,
  headings: { fontFamily: FAMILY, fontWeight: '650' },
  fontSizes: {
    xs: 'var(--text-xs)',
    sm: 'var(--text-sm)',
    md: 'var(--text-md)',
    lg: 'var(--text-lg)',
    xl: 'var(--text-xl)',
  },
  spacing: {
    xs: 'var(--space-2)',
    sm: 'var(--space-3)',
    md: 'var(--space-4)',
    lg: 'var(--space-5)',
    xl: 'var(--space-6)',
  },
  radius: {
    xs: 'var(--radius-1)',
    sm: 'var(--radius-1)',
    md: 'var(--radius-2)',
    lg: 'var(--radius-3)',
    xl: 'var(--radius-3)',
  },
  shadows: {
    xs: 'var(--shadow-1)',
    sm: 'var(--shadow-1)',
    md: 'var(--shadow-2)',
    lg: 'var(--shadow-2)',
    xl: 'var(--shadow-3)',
  },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // A long word of ours takes a second line before it is cut.
    Button: {
      defaultProps: { size: 'md' },
      styles: {
        // A link that looks like a button has its label in the middle, too.
        root: {
          display: 'inline-flex',
          alignItems: 'center',
          justifyContent: 'center',
          height: 'auto',
          minHeight: 'var(--button-height)',
        },
        label: { whiteSpace: 'normal', overflowWrap: 'anywhere', lineHeight: 1.2, minWidth: 'min-content' },
      },
    },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'md' } },
    NativeSelect: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    TagsInput: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600, fontSize: '1.15rem' } },
    },
    Drawer: { styles: { title: { fontWeight: 600, fontSize: '1.15rem' } } },
    // A finger finds 24 px; a mouse would do with less.
    Checkbox: { defaultProps: { size: 'md' } },
    Switch: { defaultProps: { size: 'md' } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 80 } } },
  },
});
