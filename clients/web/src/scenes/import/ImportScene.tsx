import { useState } from 'react';
import type { ImportUpload } from '@/api/types';
import { Page } from '@/components/Page';
import { useT } from '@/i18n';
import { ChooseColumns } from './ChooseColumns';
import { ChooseFile } from './ChooseFile';
import { ImportReport } from './ImportReport';
import { ImportReview } from './ImportReview';
import { PastImports } from './PastImports';

type Step =
  | { at: 'file' }
  | { at: 'columns'; upload: ImportUpload }
  | { at: 'review'; upload: ImportUpload }
  | { at: 'run'; id: string };

/** Bring your goods: a file, what its columns mean, what will happen, and what happened. */
export function ImportScene() {
  const t = useT();
  const [step, setStep] = useState<Step>({ at: 'file' });
  const again = () => setStep({ at: 'file' });
  return (
    <Page title={t('import.title')}>
      {step.at === 'file' && (
        <>
          <ChooseFile onUploaded={(upload) => setStep({ at: 'columns', upload })} />
          <PastImports onOpen={(id) => setStep({ at: 'run', id })} />
        </>
      )}
      {step.at === 'columns' && (
        <ChooseColumns
          upload={step.upload}
          onBack={again}
          onPreviewed={() => setStep({ at: 'review', upload: step.upload })}
        />
      )}
      {step.at === 'review' && (
        <ImportReview
          upload={step.upload}
          onBack={() => setStep({ at: 'columns', upload: step.upload })}
          onStarted={() => setStep({ at: 'run', id: step.upload.id })}
        />
      )}
      {step.at === 'run' && <ImportReport id={step.id} onAgain={again} />}
    </Page>
  );
}
