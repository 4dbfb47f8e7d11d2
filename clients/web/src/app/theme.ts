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

/** Calm: one accent, system type, soft corners. */
export const theme = createTheme({
  primaryColor: 'duken',
  colors: { duken: teal, dark },
  primaryShade: { light: 7, dark: 7 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600, fontSize: '1.15rem' } },
    },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 80 } } },
  },
});
