import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { progressQuery } from '@/api/imports';
import type { ImportSearch } from '@/app/search';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { ChooseColumns } from './ChooseColumns';
import { ChooseFile } from './ChooseFile';
import { ImportReport } from './ImportReport';
import { ImportReview } from './ImportReview';
import { PastImports } from './PastImports';

/**
 * Bring your goods: a file, what its columns mean, what will happen, and what happened. Where a person is stands in the
 * address: a reload and the back button lose nothing.
 */
export function ImportScene() {
  const t = useT();
  const navigate = useNavigate();
  const { id, step } = useSearch({ from: '/framed/import' });
  const go = (search: ImportSearch) => void navigate({ to: '/import', search });
  return (
    <Page title={t('import.title')}>
      {id === undefined ? (
        <>
          <ChooseFile onUploaded={(upload) => go({ id: upload.id })} />
          <PastImports
            onOpen={({ id, state }) =>
              go({ id, step: state === 'uploaded' ? undefined : state === 'previewed' ? 'review' : 'run' })
            }
          />
        </>
      ) : step === 'run' ? (
        <ImportReport id={id} onAgain={() => go({})} onColumns={() => go({ id })} />
      ) : step === 'review' ? (
        <Review id={id} onBack={() => go({ id })} onStarted={() => go({ id, step: 'run' })} />
      ) : (
        <ChooseColumns
          key={id}
          id={id}
          onBack={() => go({})}
          onPreviewed={() => go({ id, step: 'review' })}
        />
      )}
    </Page>
  );
}

/** An import that began meanwhile, perhaps in another window, is looked at and not begun again. */
function Review(props: { id: string; onBack: () => void; onStarted: () => void }) {
  const progress = useQuery(progressQuery(props.id));
  if (progress.error) return <ProblemNote error={progress.error} />;
  const state = progress.data?.state;
  if (state === 'running' || state === 'done')
    return <ImportReport id={props.id} onAgain={props.onBack} onColumns={props.onBack} />;
  return <ImportReview {...props} />;
}
