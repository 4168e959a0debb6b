import Link from "next/link";
import type { ReactNode } from "react";

export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="-mx-1 block truncate rounded-sm px-1 font-medium -outline-offset-2"
    >
      {children}
    </Link>
  );
}
