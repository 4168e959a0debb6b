import { useLocale } from "next-intl";
import type { Locale } from "#lib/core/locale";
import { createSaid } from "#lib/core/said";
import ptBR from "../../messages/said.pt-BR.json" with { type: "json" };

const SAID: Readonly<Record<Locale, (message: string) => string>> = {
  en: (message) => message,
  "pt-BR": createSaid(ptBR),
};

/** Says a message of the server in the reader's language; for texts that are no elements, such as a title. */
export function useSaid(): (message: string) => string {
  return SAID[useLocale()];
}

/** A message of the server, as it was answered or stored, in the reader's language. */
export function Said({ children }: { children: string }) {
  return useSaid()(children);
}
