// The frame of every page: its name, one line about it, its buttons and filters.
import { type ReactNode, useEffect } from "react";

interface Given {
  title: string;
  about?: ReactNode;
  /** Buttons and filters beside the title, below it on narrow screens. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, about, actions, children }: Given) {
  useEffect(() => {
    document.title = `${title} · Carbon Nexus`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-360 px-4 py-4 md:px-6">
      <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {about && <p className="max-w-prose text-muted">{about}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
