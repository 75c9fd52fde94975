//! WORKLOADS part A on Tokio: the peer of RuntimeBenchmark, row for row.
//!
//! `tokio-workloads [rows...]` prints `row first median min unit`, 20 warm-up runs and 7 counted ones for the short
//! rows, fewer for the long ones. All rows but g1 and g2 run on a multi-thread runtime with 2 workers.

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

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("runtime");
    println!("# tokio 1.53.1, 2 workers");
    println!("row first median min unit");
    let short: &[(&str, fn(&Runtime) -> Duration)] = &[
        ("a1", a1), ("a3", a3), ("b", b), ("c", c), ("d", d),
        ("e1", e1), ("e3", e3), ("e4", e4), ("f1", f1), ("f2", f2), ("f3", f3),
    ];
    for (row, run) in short {
        if wanted.is_empty() || wanted.iter().any(|w| w == row) {
            let times: Vec<f64> = (0..27).map(|_| run(&runtime).as_secs_f64() * 1e3).collect();
            print_row(row, &times, 20, "ms");
        }
    }
    if wanted.is_empty() || wanted.iter().any(|w| w == "g1") {
        let phases: Vec<[f64; 3]> = (0..7).map(|_| g1(&runtime)).collect();
        for (index, name) in ["g1.create", "g1.register", "g1.drop"].iter().enumerate() {
            let times: Vec<f64> = phases.iter().map(|phase| phase[index]).collect();
            print_row(name, &times, 2, "ms");
        }
    }
    if wanted.is_empty() || wanted.iter().any(|w| w == "g2") {
        let times: Vec<f64> = (0..5).map(|_| g2(&runtime)).collect();
        print_row("g2", &times, 1, "ms");
    }
    for (row, connections, seconds) in [("h1", 100, 2), ("h2", 1, 1)] {
        if wanted.is_empty() || wanted.iter().any(|w| w == row) {
            let rates: Vec<f64> = (0..5).map(|_| echo(&runtime, connections, seconds)).collect();
            print_row(row, &rates, 1, "round-trips/s");
        }
    }
    if wanted.is_empty() || wanted.iter().any(|w| w == "h3") {
        let rates: Vec<f64> = (0..5).map(|_| h3(&runtime)).collect();
        print_row("h3", &rates, 1, "MiB/s");
    }
}

fn print_row(row: &str, figures: &[f64], warmup: usize, unit: &str) {
    let mut steady = figures[warmup..].to_vec();
    steady.sort_by(f64::total_cmp);
    let best = if unit == "ms" { steady[0] } else { steady[steady.len() - 1] };
    println!("{row} {:.3} {:.3} {:.3} {unit}", figures[0], steady[steady.len() / 2], best);
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

fn echo(rt: &Runtime, connections: usize, seconds: u64) -> f64 {
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
                let mut trips = 0u64;
                while Instant::now() < end {
                    stream.write_all(&buffer).await.unwrap();
                    stream.read_exact(&mut buffer).await.unwrap();
                    trips += 1;
                }
                trips
            }));
        }
        let mut trips = 0;
        for client in clients {
            trips += client.await.unwrap();
        }
        server.abort();
        trips as f64 / start.elapsed().as_secs_f64()
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
