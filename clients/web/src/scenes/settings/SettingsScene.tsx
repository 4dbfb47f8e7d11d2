import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { saveSettings, settingsKeys, settingsQuery, versionQuery } from '@/api/settings';
import type { Settings } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { sayDone } from '@/app/toasts';
import { useDraft } from '@/components/draft';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { ReceiptSettings } from './ReceiptSettings';
import { SellingSettings } from './SellingSettings';
import classes from './Settings.module.css';
import { StoreSettings } from './StoreSettings';

export type SettingsPart = {
  draft: Settings;
  set: <K extends keyof Settings>(name: K, value: Settings[K]) => void;
  error: unknown;
  readOnly: boolean;
};

export function SettingsScene() {
  const settings = useQuery(settingsQuery);
  if (!settings.data) return settings.error ? <ProblemNote error={settings.error} /> : <ScenePending />;
  return <SettingsForm key={settings.data.version} settings={settings.data} />;
}

function SettingsForm({ settings }: { settings: Settings }) {
  const t = useT();
  const may = useMay();
  const version = useQuery(versionQuery);
  const { draft, set, setDraft, dirty } = useDraft(settings);
  const saving = useAction(saveSettings, {
    stale: [settingsKeys.settings, ['session']],
    onDone: () => sayDone(t('common.saved')),
  });
  const part: SettingsPart = { draft, set, error: saving.error, readOnly: !may('settings.edit') };
  return (
    <Page title={t('menu.settings')} narrow>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate(draft);
        }}
      >
        <StoreSettings {...part} />
        <ReceiptSettings {...part} />
        <SellingSettings {...part} />
        <ProblemNote error={saving.error} />
        {dirty && (
          <div className={classes.save}>
            <Button variant="default" onClick={() => setDraft(settings)}>
              {t('common.undo')}
            </Button>
            <Button type="submit" size="lg" loading={saving.isPending}>
              {t('common.save')}
            </Button>
          </div>
        )}
        {version.data && (
          <p className="soft">
            Düken {version.data.version} · {version.data.build}
          </p>
        )}
      </form>
    </Page>
  );
}
