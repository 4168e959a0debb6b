"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { sectionOf } from "#components/shell/nav";
import { Breadcrumb, type Crumb } from "#components/ui/breadcrumb";

type Trail = { path: string; items: readonly Crumb[] };
const SetTrail = createContext<(trail: Trail) => void>(() => undefined);
const CurrentTrail = createContext<Trail | null>(null);

export function CrumbProvider({ children }: { children: ReactNode }) {
  const [trail, setTrail] = useState<Trail | null>(null);
  return (
    <SetTrail.Provider value={setTrail}>
      <CurrentTrail.Provider value={trail}>{children}</CurrentTrail.Provider>
    </SetTrail.Provider>
  );
}

/** A page says what comes after its section: `<PageCrumbs items={[{ label: datasource.name }]} />`. */
export function PageCrumbs({ items }: { items: readonly Crumb[] }) {
  const setTrail = useContext(SetTrail);
  const path = usePathname();
  const key = JSON.stringify(items);
  useEffect(() => setTrail({ path, items: JSON.parse(key) as Crumb[] }), [setTrail, path, key]);
  return null;
}

/** The section is known from the address at once; the rest comes with the page. */
export function CrumbTrail() {
  const t = useTranslations("shell");
  const path = usePathname();
  const trail = useContext(CurrentTrail);
  const section = sectionOf(path);
  const items = useMemo<Crumb[]>(() => {
    const first = section ? [{ label: t(`nav.${section.key}`), href: section.href }] : [];
    if (trail?.path === path) return [...first, ...trail.items];
    return path.endsWith("/new") ? [...first, { label: t("new") }] : first;
  }, [t, path, trail, section]);
  return <Breadcrumb items={items} />;
}
