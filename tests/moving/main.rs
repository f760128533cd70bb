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
    time::Duration,
};
use tests::tools::{self, Running, done, free_port, opens, root};

/// How `latchkey` begins to serve on the page.
const START: &str = "latchkey --listen 127.0.0.1:8001";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_logs_in_anew_and_who_logged_out_stays_logged_out() {
    let page = fs::read_to_string(root().join("docs/moving-from-django.md")).unwrap();
    let [settings, start, rename, users, key, calls, deploy, switch, clean_up, way_back] =
        commands(&page).try_into().expect("ten blocks of commands");
    let home = Home::new("project");
    home.run("python manage.py migrate --verbosity 0; python manage.py shell -v 0 < populate.py");
    home.run(&settings);
    let (django_at, django) = home.serve_django("moving-django").await;
    home.run(&format!("python client.py begin http://{django_at}"));

    assert_eq!(start.trim(), START);
    let (address, rehearsal) = home.serve_latchkey("moving-rehearsal").await;
    for commands in [rename, users, key] {
        home.run(&commands);
    }
    let dry_run = home.file("dry-run.txt");
    assert!(dry_run.contains("create   scrypt: scrypt") && dry_run.contains("refused        0"), "{dry_run}");
    let answers = home.run(&home.with_a_kept_pair(&calls.replace("127.0.0.1:8001", &address.to_string())));
    assert!(answers.contains(r#"{"message":"Hello, World!"}"#) && answers.contains(r#"{"access":"#), "{answers}");
    drop(rehearsal);
    assert!(page.replace('\n', " ").contains("`rm -r .latchkey`"));
    home.run("rm -r .latchkey");

    let (address, _latchkey) = home.serve_latchkey("moving-latchkey").await;
    home.run(&deploy.replace("sam build && sam deploy\n", ""));
    drop(django);
    home.run(&switch);
    home.run(&format!("python client.py go_on http://{address}"));
    home.run(&clean_up);
    let keys = home.run("latchkey keys list --data .latchkey");
    assert!(!keys.contains("nameless") && keys.contains("signs"), "{keys}");

    home.run(&way_back);
    let (django_at, _django) = home.serve_django("moving-back").await;
    home.run(&format!("python client.py come_back http://{django_at}"));
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

    /// What a file of the folder holds.
    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// The commands, with tokens that Django issued where the page has a gap for them.
    fn with_a_kept_pair(&self, commands: &str) -> String {
        let kept: serde_json::Value = serde_json::from_str(&self.file("kept.json")).unwrap();
        let token = |at: &str| kept.pointer(at).and_then(serde_json::Value::as_str).unwrap();
        commands.replace("<refresh>", token("/live/0/0")).replace("<access>", token("/live/0/1"))
    }

    async fn serve_django(&self, name: &str) -> (SocketAddr, Running) {
        self.serve(name, |at| format!("exec python manage.py runserver --noreload {at}")).await
    }

    /// Starts Latchkey as the page does, with the `latchkey.env` of the folder. It opens its port before it has a first user.
    async fn serve_latchkey(&self, name: &str) -> (SocketAddr, Running) {
        let served = self.serve(name, |at| format!("exec {}", START.replace("127.0.0.1:8001", &at.to_string()))).await;
        let log = root().join("target/tmp").join(format!("{name}.log"));
        let is_ready = || fs::read_to_string(&log).unwrap().contains("listening on");
        for _ in 0..300 {
            if is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(is_ready(), "latchkey does not say that it listens; see {}", log.display());
        served
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
