//! WORKLOADS part A on Tokio: the peer of RuntimeBenchmark, row for row.
//!
//! `tokio-workloads [--quick] [rows...]` prints `figure first median best unit`, after 20 warm-up runs of the short rows
//! and 2 of the long ones. All rows but g1 and g2 run on a multi-thread runtime with 2 workers.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{mpsc as std_mpsc, Arc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot, Semaphore};
use tokio::task::{spawn, yield_now};

const SPAWNS: usize = 10_000;

/// How often rows run: (warm-up, counted), for those that take milliseconds and those that take seconds.
struct Runs {
    short: (usize, usize),
    long: (usize, usize),
}

fn main() {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    let quick = wanted.iter().any(|w| w == "--quick");
    wanted.retain(|w| w != "--quick");
    let runs = if quick {
        Runs { short: (2, 5), long: (0, 2) }
    } else {
        Runs { short: (20, 15), long: (2, 7) }
    };
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("runtime");
    // Only by name, for they need a fresh process.
    if wanted.iter().any(|w| w == "timer_mem") {
        return measure((0, 1), &[("timer_mem", "B")], || vec![timer_mem(&runtime)]);
    }
    if wanted.iter().any(|w| w == "task_mem") {
        return measure((0, 1), &[("task_mem", "B")], || vec![task_mem(&runtime)]);
    }
    let is_wanted = |row: &str| wanted.is_empty() || wanted.iter().any(|w| w == row);
    let short: &[(&str, fn(&Runtime) -> Duration)] = &[
        ("a1", a1), ("a2", a2), ("a3", a3), ("b", b), ("c", c), ("d", d),
        ("e1", e1), ("e2", e2), ("e3", e3), ("e4", e4), ("e5", e5), ("f1", f1), ("f2", f2), ("f3", f3),
    ];
    for (row, run) in short {
        if is_wanted(row) {
            measure(runs.short, &[(row, "ms")], || vec![run(&runtime).as_secs_f64() * 1e3]);
        }
    }
    if is_wanted("g1") {
        let phases = [("g1.create", "ms"), ("g1.register", "ms"), ("g1.drop", "ms")];
        measure(runs.long, &phases, || g1(&runtime).to_vec());
    }
    if is_wanted("g2") {
        measure(runs.long, &[("g2", "ms")], || vec![g2(&runtime)]);
    }
    if is_wanted("g3") {
        measure(runs.long, &[("g3", "ms")], || vec![g3(&runtime)]);
    }
    if is_wanted("h1") {
        let figures = [("h1", "trips/s"), ("h1.p50", "us"), ("h1.p99", "us"), ("h1.p99.9", "us")];
        measure(runs.long, &figures, || echo(&runtime, 100, 2));
    }
    if is_wanted("h2") {
        let figures = [("h2", "trips/s"), ("h2.p50", "us"), ("h2.p99", "us"), ("h2.p99.9", "us")];
        measure(runs.long, &figures, || echo(&runtime, 1, 1));
    }
    if is_wanted("h3") {
        measure(runs.long, &[("h3", "MiB/s")], || vec![h3(&runtime)]);
    }
    // Tokio has no way to sendfile.
    for (row, buffer) in [("file_copy", None), ("file_copy_128k", Some(128 * 1024))] {
        if is_wanted(row) {
            let path = file_to_send();
            measure((20, 7), &[(row, "MiB/s")], || vec![send_file(&runtime, &path, buffer)]);
            std::fs::remove_file(path).expect("removed");
        }
    }
}

/// Runs a row and prints, for each of its figures: name, first run, median, best, unit, CPU ns are not known here.
/// Percentiles are those of one run, the one with the median p99, which is the third figure.
fn measure((warmup, counted): (usize, usize), figures: &[(&str, &str)], mut run: impl FnMut() -> Vec<f64>) {
    let all: Vec<Vec<f64>> = (0..warmup + counted).map(|_| run()).collect();
    for (index, (name, unit)) in figures.iter().enumerate() {
        let mut steady: Vec<f64> = all[warmup..].iter().map(|values| values[index]).collect();
        steady.sort_by(f64::total_cmp);
        let small_is_good = !unit.ends_with("/s");
        let best = if small_is_good { steady[0] } else { steady[steady.len() - 1] };
        let median = if name.contains(".p") {
            let mut by_p99: Vec<&Vec<f64>> = all[warmup..].iter().collect();
            by_p99.sort_by(|a, b| f64::total_cmp(&a[2], &b[2]));
            by_p99[by_p99.len() / 2][index]
        } else {
            steady[steady.len() / 2]
        };
        println!("{name} {:.3} {median:.3} {best:.3} {unit} - -", all[0][index]);
    }
}

fn a1(rt: &Runtime) -> Duration {
    rt.block_on(async { spawn_and_join().await })
}

fn a3(rt: &Runtime) -> Duration {
    rt.block_on(async { spawn(spawn_and_join()).await.unwrap() })
}

async fn spawn_and_join() -> Duration {
    let start = Instant::now();
    let mut handles = Vec::with_capacity(SPAWNS);
    for _ in 0..SPAWNS {
        handles.push(spawn(async {}));
    }
    for handle in handles {
        handle.await.unwrap();
    }
    start.elapsed()
}

fn a2(rt: &Runtime) -> Duration {
    let (done, all) = std_mpsc::sync_channel(1);
    rt.block_on(async {
        let start = Instant::now();
        let left = Arc::new(AtomicUsize::new(SPAWNS));
        for _ in 0..SPAWNS {
            let left = left.clone();
            let done = done.clone();
            spawn(async move {
                if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                    done.send(()).unwrap();
                }
            });
        }
        all.recv().unwrap();
        start.elapsed()
    })
}

fn b(rt: &Runtime) -> Duration {
    const TASKS: usize = 200;
    let (done, all) = std_mpsc::sync_channel(TASKS);
    let start = Instant::now();
    for _ in 0..TASKS {
        let done = done.clone();
        rt.spawn(async move {
            for _ in 0..1000 {
                yield_now().await;
            }
            done.send(()).unwrap();
        });
    }
    for _ in 0..TASKS {
        all.recv().unwrap();
    }
    start.elapsed()
}

fn c(rt: &Runtime) -> Duration {
    const PAIRS: usize = 1000;
    let remaining = Arc::new(AtomicUsize::new(PAIRS));
    let (done, all) = std_mpsc::sync_channel(1);
    let start = Instant::now();
    rt.spawn(async move {
        for _ in 0..PAIRS {
            let remaining = remaining.clone();
            let done = done.clone();
            spawn(async move {
                let (tx1, rx1) = oneshot::channel();
                let (tx2, rx2) = oneshot::channel();
                spawn(async move {
                    rx1.await.unwrap();
                    tx2.send(()).unwrap();
                });
                tx1.send(()).unwrap();
                rx2.await.unwrap();
                if remaining.fetch_sub(1, Ordering::Relaxed) == 1 {
                    done.send(()).unwrap();
                }
            });
        }
    });
    all.recv().unwrap();
    start.elapsed()
}

fn d(rt: &Runtime) -> Duration {
    fn chain(left: usize, done: std_mpsc::SyncSender<()>) {
        if left == 0 {
            done.send(()).unwrap();
        } else {
            spawn(async move { chain(left - 1, done) });
        }
    }
    let (done, all) = std_mpsc::sync_channel(1);
    let start = Instant::now();
    rt.spawn(async move { chain(1000, done) });
    all.recv().unwrap();
    start.elapsed()
}

fn e1(rt: &Runtime) -> Duration {
    rt.block_on(async {
        let start = Instant::now();
        let (tx, mut rx) = mpsc::channel::<usize>(1000);
        for _ in 0..5 {
            let tx = tx.clone();
            spawn(async move {
                for i in 0..100_000 {
                    tx.send(i).await.unwrap();
                }
            });
        }
        drop(tx);
        let consumer = spawn(async move {
            let mut count = 0;
            while rx.recv().await.is_some() {
                count += 1;
            }
            count
        });
        assert_eq!(consumer.await.unwrap(), 500_000);
        start.elapsed()
    })
}

fn e2(rt: &Runtime) -> Duration {
    rt.block_on(async {
        let start = Instant::now();
        let (tx, mut rx) = mpsc::channel::<usize>(1000);
        for _ in 0..5 {
            let tx = tx.clone();
            spawn(async move {
                for i in 0..100_000 {
                    tx.send(i).await.unwrap();
                }
            });
        }
        drop(tx);
        let mut count = 0;
        while rx.recv().await.is_some() {
            count += 1;
        }
        assert_eq!(count, 500_000);
        start.elapsed()
    })
}

fn e3(rt: &Runtime) -> Duration {
    rt.block_on(async {
        let start = Instant::now();
        let (tx, mut rx) = mpsc::channel::<usize>(1000);
        spawn(async move {
            for i in 0..1_000_000 {
                tx.send(i).await.unwrap();
            }
        });
        let consumer = spawn(async move {
            let mut count = 0;
            while rx.recv().await.is_some() {
                count += 1;
            }
            count
        });
        assert_eq!(consumer.await.unwrap(), 1_000_000);
        start.elapsed()
    })
}

fn e4(rt: &Runtime) -> Duration {
    rt.block_on(async {
        spawn(async {
            let (tx, mut rx) = mpsc::channel::<usize>(1_000_000);
            let start = Instant::now();
            for i in 0..1_000_000 {
                tx.send(i).await.unwrap();
            }
            for _ in 0..1_000_000 {
                rx.recv().await.unwrap();
            }
            start.elapsed()
        })
        .await
        .unwrap()
    })
}

fn e5(rt: &Runtime) -> Duration {
    rt.block_on(async {
        let start = Instant::now();
        let (tx, mut rx) = mpsc::unbounded_channel::<usize>();
        spawn(async move {
            for i in 0..1_000_000 {
                tx.send(i).unwrap();
                if i % 1024 == 1023 {
                    yield_now().await;
                }
            }
        });
        let consumer = spawn(async move {
            let mut count = 0;
            while rx.recv().await.is_some() {
                count += 1;
            }
            count
        });
        assert_eq!(consumer.await.unwrap(), 1_000_000);
        start.elapsed()
    })
}

fn f1(rt: &Runtime) -> Duration {
    semaphore(rt, 10, 1, false)
}

fn f2(rt: &Runtime) -> Duration {
    semaphore(rt, 10, 4, true)
}

fn f3(rt: &Runtime) -> Duration {
    semaphore(rt, 1, 1, true)
}

fn semaphore(rt: &Runtime, permits: usize, take: u32, yields: bool) -> Duration {
    rt.block_on(async {
        let semaphore = Arc::new(Semaphore::new(permits));
        let start = Instant::now();
        let mut handles = Vec::new();
        for _ in 0..6 {
            let semaphore = semaphore.clone();
            handles.push(spawn(async move {
                for _ in 0..100_000 {
                    let permit = semaphore.acquire_many(take).await.unwrap();
                    if yields {
                        yield_now().await;
                    }
                    drop(permit);
                }
            }));
        }
        for handle in handles {
            handle.await.unwrap();
        }
        start.elapsed()
    })
}

struct XorShift(u64);

impl XorShift {
    fn seeded() -> Self {
        XorShift(0x9E37_79B9_7F4A_7C15)
    }

    fn next(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound + 1
    }
}

struct Counting {
    woken: AtomicU64,
    wanted: u64,
    last: std::sync::Mutex<Option<Instant>>,
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        if self.woken.fetch_add(1, Ordering::AcqRel) + 1 == self.wanted {
            *self.last.lock().unwrap() = Some(Instant::now());
        }
    }
}

fn g1(rt: &Runtime) -> [f64; 3] {
    let _inside = rt.enter();
    let mut random = XorShift::seeded();
    let mut context = Context::from_waker(Waker::noop());
    let start = Instant::now();
    let mut sleeps: Vec<Pin<Box<tokio::time::Sleep>>> = Vec::with_capacity(1_000_000);
    for _ in 0..1_000_000 {
        sleeps.push(Box::pin(tokio::time::sleep(Duration::from_millis(random.next(60_000)))));
    }
    let created = Instant::now();
    for sleep in &mut sleeps {
        let _ = sleep.as_mut().poll(&mut context); // the shortest may be due already
    }
    let registered = Instant::now();
    drop(sleeps);
    let dropped = Instant::now();
    [
        (created - start).as_secs_f64() * 1e3,
        (registered - created).as_secs_f64() * 1e3,
        (dropped - registered).as_secs_f64() * 1e3,
    ]
}

fn g2(rt: &Runtime) -> f64 {
    let _inside = rt.enter();
    let mut random = XorShift::seeded();
    let counting = Arc::new(Counting {
        woken: AtomicU64::new(0),
        wanted: 1_000_000,
        last: std::sync::Mutex::new(None),
    });
    let waker = Waker::from(counting.clone());
    let mut context = Context::from_waker(&waker);
    let base = Instant::now() + Duration::from_millis(1500);
    let mut sleeps: Vec<Pin<Box<tokio::time::Sleep>>> = Vec::with_capacity(1_000_000);
    for _ in 0..1_000_000 {
        let deadline = base + Duration::from_millis(random.next(100));
        let mut sleep = Box::pin(tokio::time::sleep_until(deadline.into()));
        assert!(matches!(sleep.as_mut().poll(&mut context), Poll::Pending));
        sleeps.push(sleep);
    }
    assert!(Instant::now() < base - Duration::from_millis(50), "registered too late");
    loop {
        std::thread::sleep(Duration::from_millis(20));
        if let Some(last) = *counting.last.lock().unwrap() {
            return (last - base).as_secs_f64() * 1e3;
        }
    }
}

fn g3(rt: &Runtime) -> f64 {
    const TASKS: usize = 1_000_000;
    let mut random = XorShift::seeded();
    let left = Arc::new(AtomicUsize::new(TASKS));
    let (done, all) = std_mpsc::sync_channel(1);
    let base = Instant::now() + Duration::from_millis(4000);
    for _ in 0..TASKS {
        let deadline = base + Duration::from_millis(random.next(100));
        let left = left.clone();
        let done = done.clone();
        rt.spawn(async move {
            tokio::time::sleep_until(deadline.into()).await;
            if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                done.send(Instant::now()).unwrap();
            }
        });
    }
    assert!(Instant::now() < base - Duration::from_millis(50), "spawned too late");
    let last: Instant = all.recv().unwrap();
    (last - base).as_secs_f64() * 1e3
}

fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("statm");
    let pages: f64 = statm.split_whitespace().nth(1).expect("resident").parse().expect("a number");
    pages * 4096.0
}

fn timer_mem(rt: &Runtime) -> f64 {
    let _inside = rt.enter();
    let before = resident_bytes();
    let mut context = Context::from_waker(Waker::noop());
    let mut sleeps: Vec<Pin<Box<tokio::time::Sleep>>> = Vec::with_capacity(1_000_000);
    for i in 0..1_000_000u64 {
        let mut sleep = Box::pin(tokio::time::sleep(Duration::from_millis(3_600_000 + i % 60_000)));
        let _ = sleep.as_mut().poll(&mut context);
        sleeps.push(sleep);
    }
    let bytes = (resident_bytes() - before) / 1e6;
    drop(sleeps);
    bytes
}

fn task_mem(rt: &Runtime) -> f64 {
    let before = resident_bytes();
    for _ in 0..1_000_000 {
        rt.spawn(async { tokio::time::sleep(Duration::from_secs(3600)).await });
    }
    std::thread::sleep(Duration::from_secs(3));
    (resident_bytes() - before) / 1e6
}

/// Round trips a second, and p50, p99 and p99.9 of one in us.
fn echo(rt: &Runtime, connections: usize, seconds: u64) -> Vec<f64> {
    rt.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                spawn(async move {
                    let mut buffer = [0u8; 64];
                    while stream.read_exact(&mut buffer).await.is_ok() {
                        stream.write_all(&buffer).await.unwrap();
                    }
                });
            }
        });
        let start = Instant::now();
        let end = start + Duration::from_secs(seconds);
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut buffer = [7u8; 64];
                let mut trips: Vec<u32> = Vec::with_capacity(1 << 16);
                let mut sent = Instant::now();
                while sent < end {
                    stream.write_all(&buffer).await.unwrap();
                    stream.read_exact(&mut buffer).await.unwrap();
                    let back = Instant::now();
                    trips.push((back - sent).as_nanos() as u32);
                    sent = back;
                }
                trips
            }));
        }
        let mut trips: Vec<u32> = Vec::new();
        for client in clients {
            trips.extend(client.await.unwrap());
        }
        let elapsed = start.elapsed().as_secs_f64();
        server.abort();
        trips.sort_unstable();
        let quantile = |share: f64| f64::from(trips[((trips.len() - 1) as f64 * share) as usize]) / 1e3;
        vec![trips.len() as f64 / elapsed, quantile(0.5), quantile(0.99), quantile(0.999)]
    })
}

fn h3(rt: &Runtime) -> f64 {
    rt.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let writer = spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let chunk = vec![1u8; 64 * 1024];
            let end = Instant::now() + Duration::from_secs(2);
            while Instant::now() < end {
                stream.write_all(&chunk).await.unwrap();
            }
            stream.shutdown().await.unwrap();
        });
        let (mut stream, _) = listener.accept().await.unwrap();
        let reader = spawn(async move {
            let start = Instant::now();
            let mut buffer = vec![0u8; 64 * 1024];
            let mut total = 0usize;
            loop {
                match stream.read(&mut buffer).await.unwrap() {
                    0 => break,
                    read => total += read,
                }
            }
            total as f64 / (1 << 20) as f64 / start.elapsed().as_secs_f64()
        });
        writer.await.unwrap();
        reader.await.unwrap()
    })
}

const FILE_MEBIBYTES: usize = 128;

fn file_to_send() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("tokio-file-rows-{}", std::process::id()));
    std::fs::write(&path, vec![0u8; FILE_MEBIBYTES << 20]).expect("a file to send");
    path
}

/// MiB a second of a file over loopback, by `copy` with what it has, or by `copy_buf` with a larger buffer.
fn send_file(rt: &Runtime, path: &std::path::Path, buffer: Option<usize>) -> f64 {
    rt.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut reader = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut writer, _) = listener.accept().await.unwrap();
        let mut file = tokio::fs::File::open(path).await.unwrap();
        let start = Instant::now();
        let sending = spawn(async move {
            let sent = match buffer {
                None => tokio::io::copy(&mut file, &mut writer).await.unwrap(),
                Some(bytes) => {
                    let mut buffered = tokio::io::BufReader::with_capacity(bytes, file);
                    tokio::io::copy_buf(&mut buffered, &mut writer).await.unwrap()
                }
            };
            writer.shutdown().await.unwrap();
            sent
        });
        let reading = spawn(async move {
            let mut buffer = vec![0u8; 64 * 1024];
            let mut total = 0;
            loop {
                match reader.read(&mut buffer).await.unwrap() {
                    0 => break total,
                    read => total += read,
                }
            }
        });
        let received = reading.await.unwrap();
        assert_eq!((sending.await.unwrap() as usize, received), (FILE_MEBIBYTES << 20, FILE_MEBIBYTES << 20));
        FILE_MEBIBYTES as f64 / start.elapsed().as_secs_f64()
    })
}
