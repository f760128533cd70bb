//! `docs/moving-from-django.md`, as it stands there: a real Django project moves, and its users do not notice.
#![expect(clippy::unwrap_used, reason = "a test stops where the move does")]

mod team;

use settings::environment;
use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};
use tests::tools::{self, Running, done, free_port, opens, root};

/// What the page says to set; the project has the same.
const SETTINGS: &str = "ACCESS_TOKEN_LIFETIME=30m ROTATE_REFRESH_TOKENS=true BLACKLIST_AFTER_ROTATION=true";

/// Django's key, as step 3 of the page brings it.
const KEY: &str = "python manage.py shell -v 0 -c 'from django.conf import settings; print(settings.SECRET_KEY)' | latchkey keys import - --days 30 --data .latchkey";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_logs_in_anew_and_who_logged_out_stays_logged_out() {
    let page = fs::read_to_string(root().join("docs/moving-from-django.md")).unwrap();
    let [settings, users, key, switch, clean_up] = commands(&page).try_into().expect("five blocks of commands");
    let home = Home::new("project");
    home.run("python manage.py migrate --verbosity 0; python manage.py shell -v 0 < populate.py");
    let settings = home.run(&settings);
    assert!(SETTINGS.split(' ').all(|setting| settings.contains(setting)), "{settings}");
    let (address, django) =
        home.serve("moving-django", |at| format!("exec python manage.py runserver --noreload {at}")).await;
    home.run(&format!("python client.py begin http://{address}"));

    let serve = |at| format!("exec env {SETTINGS} latchkey --listen {at} --data .latchkey");
    let (address, _latchkey) = home.serve("moving-latchkey", serve).await;
    home.run(&users);
    drop(django);
    home.run(&key);
    home.run(&switch);
    home.run(&format!("python client.py go_on http://{address}"));
    home.run(&clean_up);
    let keys = home.run("latchkey keys list --data .latchkey");
    assert!(!keys.contains("nameless") && keys.contains("signs"), "{keys}");
}

/// The commands of the page, a text for each block, for a local service.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| block.replace("--stack latchkey", "--data .latchkey")).collect()
}

/// A folder with a copy of the project, and the programs that the page names.
struct Home(PathBuf);

impl Home {
    fn new(project: &str) -> Self {
        let folder = root().canonicalize().unwrap().join("target/tmp/moving").join(project);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("bin")).unwrap();
        copy(&root().join("tests/moving").join(project), &folder);
        let programs = tools::build(&["latchkey".to_owned()]).canonicalize().unwrap();
        symlink(programs.join("latchkey"), folder.join("bin/latchkey")).unwrap();
        Self(folder)
    }

    /// Runs commands as they are typed, and hands on what they print.
    fn run(&self, commands: &str) -> String {
        String::from_utf8(done(&mut self.command(commands)).stdout).unwrap()
    }

    /// Starts what the command serves on a free port.
    async fn serve(&self, name: &str, command: impl Fn(SocketAddr) -> String) -> (SocketAddr, Running) {
        let address = free_port();
        let running = Running::start(name, &mut self.command(&command(address)));
        opens(address).await;
        (address, running)
    }

    fn command(&self, commands: &str) -> Command {
        let folder = self.0.display();
        let tools = root().canonicalize().unwrap().join(".tools/bin");
        let path = environment::variable("PATH").unwrap_or_default();
        let mut bash = Command::new("bash");
        bash.env("PATH", format!("{folder}/bin:{}:{path}", tools.display())).env("NO_PROXY", "127.0.0.1");
        bash.args(["-euo", "pipefail", "-c", &format!("cd '{folder}'\n{commands}")]);
        bash
    }
}

/// Copies the files of a project.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy(&path, &to) } else { _ = fs::copy(&path, &to).unwrap() }
    }
}
