//! `dockgen init`: the whole pipeline, in order.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use crate::cli::answers::AnswerFlags;
use crate::cli::{prompt, report};
use crate::error::Result;
use crate::plan::{self, Config, Defaults, NoTerminal, Prompter};
use crate::repo::Repo;
use crate::{languages, output, render};

/// Write a Dockerfile and a .dockerignore for an application
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the application or repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take the detected answers and ask nothing
    #[arg(long, short)]
    yes: bool,
    /// Write nothing, print the Dockerfile
    #[arg(long, conflicts_with_all = ["json", "dry_run"])]
    print: bool,
    /// Write nothing, list what would be written
    #[arg(long)]
    dry_run: bool,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Print one JSON object: application, files, facts, answers, findings and warnings
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    answers: AnswerFlags,
}

impl Init {
    /// Scans, detects, resolves, renders, checks and writes.
    pub fn run(self) -> Result<()> {
        let (repo, folder) = Repo::open(&self.path)?;
        let detection = languages::detect(&repo);
        let mut prompter = self.prompter();
        let application = plan::choose(detection, &folder, &self.path, &self.answers.0, prompter.as_mut())?;
        let config = Config::read(&repo, &application.app().folder)?;
        let answers = plan::resolve(application.as_ref(), &self.answers.0, &config, prompter.as_mut())?;
        let plan = application.plan(&answers)?;
        let artifacts = render::render(application.app(), &answers, &plan)?;
        let changes = output::preview(&repo, &artifacts)?;
        let writes = !self.print && !self.dry_run;
        if writes {
            output::write(&repo, &changes, self.force)?;
        }
        let outcome = report::Outcome {
            folder: &folder,
            app: application.app(),
            answers: &answers,
            plan: &plan,
            artifacts: &artifacts,
            changes: &changes,
        };
        if self.json {
            report::data(&outcome.json());
        } else if self.print {
            report::data(&artifacts.dockerfile.text);
            report::warnings(&plan.warnings);
        } else {
            report::outcome(&outcome, writes);
        }
        Ok(())
    }

    fn prompter(&self) -> Box<dyn Prompter> {
        if self.yes {
            Box::new(Defaults)
        } else if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            Box::new(prompt::Terminal::default())
        } else {
            Box::new(NoTerminal)
        }
    }
}
