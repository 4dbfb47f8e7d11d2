import { useQuery } from '@tanstack/react-query';
import { saveSettings, settingsKeys, settingsQuery, versionQuery } from '@/api/settings';
import type { Settings } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { sayDone } from '@/app/toasts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { NetworkSettings } from './NetworkSettings';
import { ReceiptPreview } from './ReceiptPreview';
import { ReceiptSettings } from './ReceiptSettings';
import { SellingSettings } from './SellingSettings';
import classes from './Settings.module.css';
import { StoreSettings } from './StoreSettings';

export type SettingsPart = Pick<
  ReturnType<typeof useForm<Settings, Settings, Settings>>,
  'draft' | 'set' | 'field' | 'readOnly'
>;

export function SettingsScene() {
  const settings = useQuery(settingsQuery);
  if (!settings.data) return settings.error ? <ProblemNote error={settings.error} /> : <ScenePending />;
  return <SettingsForm key={settings.data.version} settings={settings.data} />;
}

function SettingsForm({ settings }: { settings: Settings }) {
  const t = useT();
  const may = useMay();
  const version = useQuery(versionQuery);
  const form = useForm({
    place: 'settings',
    initial: settings,
    readOnly: !may('settings.edit'),
    read: (draft) => draft,
    save: saveSettings,
    stale: [settingsKeys.settings, ['session']],
    onDone: () => sayDone(t('common.saved')),
  });
  const part: SettingsPart = form;
  return (
    <Page title={t('menu.settings')} width="reading">
      <Columns
        aside={
          !part.readOnly && (
            <div className={classes.preview}>
              <ReceiptPreview draft={form.draft} />
            </div>
          )
        }
      >
        <Form form={form} bar>
          <div className={classes.form}>
            <StoreSettings {...part} />
            <ReceiptSettings {...part} />
            <SellingSettings {...part} />
            {may('settings.edit') && <NetworkSettings />}
          </div>
          {version.data && (
            <p className="soft">
              Düken {version.data.version} · {version.data.build}
            </p>
          )}
        </Form>
      </Columns>
    </Page>
  );
}
