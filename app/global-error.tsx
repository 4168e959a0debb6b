"use client";

import "./globals.css";

const WORDS = {
  en: {
    title: "Something went wrong",
    description: "The page could not be drawn. Try again; if it stays, look into the server's log.",
    action: "Try again",
  },
  pt: {
    title: "Algo deu errado",
    description: "Não foi possível montar a página. Tente de novo; se persistir, veja o log do servidor.",
    action: "Tentar de novo",
  },
};

/** Stands in when the root layout itself fails: no translations, no theme, no components. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  const portuguese = typeof navigator !== "undefined" && navigator.language.startsWith("pt");
  const words = portuguese ? WORDS.pt : WORDS.en;
  return (
    <html lang={portuguese ? "pt-BR" : "en"}>
      <body>
        <title>{words.title}</title>
        <main className="grid min-h-dvh place-content-center justify-items-center gap-3 px-4 text-center">
          <h1 className="font-semibold text-2xl">{words.title}</h1>
          <p className="max-w-md text-muted-foreground">{words.description}</p>
          <button
            type="button"
            onClick={() => retry()}
            className="mt-2 h-8 rounded-md bg-primary px-3 text-primary-foreground text-sm"
          >
            {words.action}
          </button>
        </main>
      </body>
    </html>
  );
}
