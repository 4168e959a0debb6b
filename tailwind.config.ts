import type { Config } from "tailwindcss";

/** Every colour is a CSS variable of `app/globals.css`, so a theme is one block of variables. */
const tone = (name: string) => ({
  DEFAULT: `var(--${name})`,
  soft: `var(--${name}-soft)`,
  ink: `var(--${name}-ink)`,
});
const pair = (name: string) => ({ DEFAULT: `var(--${name})`, foreground: `var(--${name}-foreground)` });

export default {
  darkMode: "class",
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
  theme: {
    extend: {
      colors: {
        background: "var(--background)",
        foreground: "var(--foreground)",
        faint: "var(--faint)",
        sunken: "var(--sunken)",
        card: pair("card"),
        popover: pair("popover"),
        primary: {
          ...pair("primary"),
          hover: "var(--primary-hover)",
          soft: "var(--primary-soft)",
          ink: "var(--primary-ink)",
        },
        secondary: pair("secondary"),
        muted: pair("muted"),
        accent: pair("accent"),
        destructive: { ...pair("destructive"), hover: "var(--destructive-hover)" },
        border: { DEFAULT: "var(--border)", strong: "var(--border-strong)" },
        input: "var(--input)",
        ring: "var(--ring)",
        success: tone("success"),
        warning: tone("warning"),
        danger: tone("danger"),
        info: tone("info"),
        running: tone("running"),
        queued: tone("queued"),
      },
      fontFamily: {
        sans: ["var(--font-geist-sans)", "ui-sans-serif", "system-ui", "sans-serif"],
        mono: ["var(--font-geist-mono)", "ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
      },
      fontSize: {
        "2xs": ["11px", { lineHeight: "16px", letterSpacing: "0.005em" }],
        xs: ["12px", { lineHeight: "16px" }],
        sm: ["13px", { lineHeight: "20px" }],
        base: ["14px", { lineHeight: "20px" }],
        lg: ["16px", { lineHeight: "24px", letterSpacing: "-0.006em" }],
        xl: ["18px", { lineHeight: "24px", letterSpacing: "-0.012em" }],
        "2xl": ["22px", { lineHeight: "28px", letterSpacing: "-0.018em" }],
        "3xl": ["28px", { lineHeight: "36px", letterSpacing: "-0.022em" }],
      },
      borderRadius: { sm: "4px", md: "6px", lg: "8px", xl: "12px" },
      boxShadow: {
        control: "var(--shadow-control)",
        overlay: "var(--shadow-overlay)",
      },
      keyframes: {
        "fade-in": { from: { opacity: "0" } },
        "fade-out": { to: { opacity: "0" } },
        "pop-in": { from: { opacity: "0", transform: "translateY(-2px) scale(0.985)" } },
        "pop-out": { to: { opacity: "0", transform: "translateY(-2px) scale(0.985)" } },
        "slide-in-right": { from: { transform: "translateX(24px)", opacity: "0" } },
        "slide-out-right": { to: { transform: "translateX(24px)", opacity: "0" } },
        "slide-in-left": { from: { transform: "translateX(-24px)", opacity: "0" } },
        "slide-out-left": { to: { transform: "translateX(-24px)", opacity: "0" } },
        sweep: { from: { transform: "translateX(-100%)" }, to: { transform: "translateX(350%)" } },
        breathe: { "50%": { opacity: "0.35" } },
      },
      animation: {
        "fade-in": "fade-in 120ms ease-out",
        "fade-out": "fade-out 90ms ease-in forwards",
        "pop-in": "pop-in 130ms cubic-bezier(0.2, 0.9, 0.3, 1)",
        "pop-out": "pop-out 90ms ease-in forwards",
        "slide-in-right": "slide-in-right 180ms cubic-bezier(0.2, 0.9, 0.3, 1)",
        "slide-out-right": "slide-out-right 120ms ease-in forwards",
        "slide-in-left": "slide-in-left 180ms cubic-bezier(0.2, 0.9, 0.3, 1)",
        "slide-out-left": "slide-out-left 120ms ease-in forwards",
        sweep: "sweep 1.4s ease-in-out infinite",
        breathe: "breathe 1.8s ease-in-out infinite",
      },
    },
  },
} satisfies Config;
