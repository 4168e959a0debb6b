import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { folderHref } from "#components/storage/files/place";
import { StorageTypeIcon } from "#components/storage/type-icon";

type PathTrailProps = { storage: { id: string; name: string; type: string }; path: string };

/** Where one is: every folder on the way up is a link. */
export function PathTrail({ storage, path }: PathTrailProps) {
  const t = useTranslations("storage.files");
  const names = path === "" ? [] : path.split("/");
  const steps = names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
  return (
    <nav aria-label={t("trail")} className="min-w-0">
      <ol className="flex flex-wrap items-center gap-x-1 gap-y-0.5 font-mono text-sm">
        {[{ name: storage.name, path: "" }, ...steps].map((step, index) => (
          <li key={step.path} className="flex min-w-0 items-center gap-1">
            {index === 0 ? (
              <StorageTypeIcon type={storage.type} className="mr-0.5 size-4 shrink-0 text-muted-foreground" />
            ) : (
              <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
            )}
            {step.path === path ? (
              <span aria-current="location" className="min-w-0 break-all py-1 font-medium">
                {step.name}
              </span>
            ) : (
              <Link
                href={folderHref(storage.id, step.path)}
                className="min-w-0 break-all rounded-sm py-1 text-muted-foreground hover:text-foreground hover:underline hover:underline-offset-4"
              >
                {step.name}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
