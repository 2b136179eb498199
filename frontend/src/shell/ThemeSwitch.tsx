// Dark, light, or as the system has it.
import { Monitor, Moon, Sun } from "lucide-react";
import { label } from "@/lib/sentence";
import { setTheme, THEMES, useTheme } from "@/lib/theme";
import { IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <Menu
      trigger={<IconButton icon={ICONS[theme]} label={`Theme: ${theme}`} />}
      entries={THEMES.map((each) => ({ label: label(each), icon: ICONS[each], run: () => setTheme(each) }))}
    />
  );
}
