// The keys that do something here and now.
import { useActiveShortcuts } from "@/lib/shortcuts";
import { Dialog } from "@/ui/dialog";

export function ShortcutList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shortcuts = useActiveShortcuts();
  return (
    <Dialog
      open={open}
      onOpenChange={(now) => !now && onClose()}
      title="Keys"
      about="What they do on this page."
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys + does} className="contents">
            <dt>
              <kbd className="rounded-sm border bg-raised px-1.5 py-0.5 font-mono text-xs">
                {keys.replace("mod", "Ctrl / ⌘")}
              </kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
