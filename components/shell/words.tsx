"use client";

import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import type { Locale } from "#lib/core/locale";
import en from "../../messages/en.json" with { type: "json" };
import ptBR from "../../messages/pt-BR.json" with { type: "json" };

const MESSAGES: Readonly<Record<Locale, typeof en>> = { en, "pt-BR": ptBR };

type WordsProps = { locale: Locale; timeZone: string; children: ReactNode };

/** The texts of client components: they come with a script that browsers keep, not again inside each page. */
export function Words({ locale, timeZone, children }: WordsProps) {
  return (
    <NextIntlClientProvider locale={locale} timeZone={timeZone} messages={MESSAGES[locale]}>
      {children}
    </NextIntlClientProvider>
  );
}
