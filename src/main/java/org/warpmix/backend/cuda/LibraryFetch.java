package org.warpmix.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Brings the libraries of CUDA 12.6 into the cache, for a machine that has a driver and nothing else. They lie in one
 * archive of 2 GB on Maven Central, of which only their parts are asked for. What is interrupted goes on where it
 * stopped, and a library is kept only with the checksum that is written here.
 */
public final class LibraryFetch {

    /** Maven Central. */
    public static final String CENTRAL = "https://repo1.maven.org/maven2";

    /** Whose terms the libraries are under. */
    public static final String LICENCE = "https://docs.nvidia.com/cuda/eula";

    private static final String ARCHIVE =
            "/org/bytedeco/cuda/12.6-9.5-1.5.11/cuda-12.6-9.5-1.5.11-linux-x86_64-redist.jar";

    /** The compiler first: it is small, and alone enough for models with one grouping factor. */
    private static final List<Item> CUDA = List.of(
            new Item(
                    "libnvrtc-builtins.so.12.6",
                    1_145_233,
                    5_322_632,
                    "a1d5fce3e3ef04a7b5e6604c0bb17f40d39f9965a3f6d0b2b7a2bc308e189ed0"),
            new Item(
                    "libnvrtc.so.12",
                    22_478_201,
                    58_057_000,
                    "bc8fa8f0455d67429bfaa58e3102bf29b35d1643a1c7f80686750db5bd515e69"),
            new Item(
                    "libcublasLt.so.12",
                    318_974_939,
                    491_102_736,
                    "dd8e52dba3944b07d9d264c0bb58a27cbb96ec3ce8979c51d75d5de893d02a8e"),
            new Item(
                    "libcublas.so.12",
                    73_878_090,
                    108_244_960,
                    "ba1f6659accd9dddfd434f90a8cae7f0cd750fa8302c5125b94e17783b4e9944"),
            new Item(
                    "libnvJitLink.so.12",
                    19_724_566,
                    50_418_984,
                    "540719bf19b16cd21725e5c2c05a7f1515e229e46520670efb9ecbe5e99db5b1"),
            new Item(
                    "libcusparse.so.12",
                    216_518_156,
                    293_490_680,
                    "58ffc54edb1d007f56a1718aaadcb30f45bbf662f43515920ea8ff094304bdbf"),
            new Item(
                    "libcusolver.so.11",
                    103_156_542,
                    152_064_832,
                    "a14bb8ed706fcbe10a33291358c0b62ade3762d2388698cebbacd02e4d43117f"),
            new Item(
                    "libcusolverMg.so.11",
                    55_024_780,
                    89_330_088,
                    "9331f5029bc2e7139bf1ebf02e7a0364cce3d7c6cc2e963361c0a62855ac76bb"));

    private static final int TRIES = 3;

    /**
     * A library in the archive.
     *
     * @param packed its bytes there
     * @param bytes of the file
     * @param sha256 of the file
     */
    record Item(String name, long packed, long bytes, String sha256) {}

    private final URI archive;
    private final Path folder;
    private final List<Item> items;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .proxy(ProxySelector.getDefault())
            .build();
    private long done;

    LibraryFetch(URI archive, Path folder, List<Item> items) {
        this.archive = archive;
        this.folder = folder;
        this.items = items;
    }

    /**
     * The libraries that are not there yet, from a repository laid out as Maven's.
     *
     * @param repository its address, such as {@link #CENTRAL}
     * @throws IllegalArgumentException where that is none
     * @throws IOException where the cache cannot be written
     */
    public static LibraryFetch from(String repository) throws IOException {
        if (!repository.matches("https?://[^\\s/]+[^\\s]*")) {
            throw new IllegalArgumentException(
                    "--repository: '" + repository + "' is no address that begins with" + " https:// or http://.");
        }
        URI archive;
        try {
            archive = URI.create(repository.replaceAll("/+$", "") + ARCHIVE);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--repository: " + e.getMessage() + ".", e);
        }
        return new LibraryFetch(archive, Cache.folder(Libraries.FETCHED), CUDA);
    }

    /** Where they go. */
    public Path folder() {
        return folder;
    }

    /** Bytes still to be fetched. */
    public long bytesToFetch() {
        return items.stream().mapToLong(item -> item.packed() - fetched(item)).sum();
    }

    /** Bytes that all of them take on the disk. */
    public long bytesOnDisk() {
        return items.stream().mapToLong(Item::bytes).sum();
    }

    /**
     * Fetches them.
     *
     * @param progress takes the bytes fetched by now of {@link #bytesToFetch}
     * @throws IOException telling in one line what went wrong; run again, it goes on from there
     */
    public void run(LongConsumer progress) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            checkSpace();
            done = 0;
            ZipDirectory directory = null;
            for (Item item : items) {
                if (isThere(item)) {
                    continue;
                }
                if (directory == null) {
                    directory = directory();
                }
                fetch(item, directory, progress);
                unpack(item, directory);
            }
            if (!lock.isValid()) {
                throw new IOException("the lock on " + folder + " was lost.");
            }
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // another thread of this process: told alike
        }
        if (lock == null) {
            throw new IOException("another process is fetching into " + folder + ". Wait for it.");
        }
        return lock;
    }

    private void checkSpace() throws IOException {
        long needed = bytesToFetch();
        for (Item item : items) {
            needed += isThere(item) ? 0 : item.bytes();
        }
        long free = folder.toFile().getUsableSpace(); // 0 where nobody knows, as in some containers
        if (free > 0 && needed > free) {
            throw new IOException("the libraries need " + (needed >> 20) + " MB in " + folder + ", " + (free >> 20)
                    + " MB are free. Make room, or set XDG_CACHE_HOME to a larger disk.");
        }
    }

    private boolean isThere(Item item) {
        return size(folder.resolve(item.name())) == item.bytes();
    }

    private Path part(Item item) {
        return folder.resolve("." + item.name() + ".part");
    }

    private long fetched(Item item) {
        return isThere(item) ? item.packed() : Math.min(size(part(item)), item.packed());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private ZipDirectory directory() throws IOException {
        try (InputStream tail = get("-" + ZipDirectory.TAIL)) {
            return ZipDirectory.read(tail.readAllBytes());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Fetches what is missing of a part; a connection that breaks is taken up again while it still brings something. */
    private void fetch(Item item, ZipDirectory directory, LongConsumer progress) throws IOException {
        ZipDirectory.Entry entry = directory.entry(item.name());
        if (entry == null || entry.packed() != item.packed()) {
            throw new IOException(archive + " is not the archive that it should be: " + item.name()
                    + " is missing or of another size. Use another --repository.");
        }
        for (int tries = 0; fetched(item) < item.packed(); tries++) {
            long before = fetched(item);
            try {
                fetchOnce(item, entry, before, progress);
            } catch (IOException e) {
                if (fetched(item) > before) {
                    tries = 0;
                } else if (tries >= TRIES - 1) {
                    throw failure(e);
                }
            }
        }
    }

    private void fetchOnce(Item item, ZipDirectory.Entry entry, long from, LongConsumer progress) throws IOException {
        long start;
        try (InputStream header = get(entry.offset() + "-" + (entry.offset() + ZipDirectory.HEADER - 1))) {
            start = entry.offset() + ZipDirectory.headerLength(header.readAllBytes());
        }
        try (InputStream body = get(start + from + "-" + (start + item.packed() - 1));
                OutputStream out =
                        Files.newOutputStream(part(item), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                out.write(buffer, 0, n);
                done += n;
                progress.accept(done);
            }
        }
    }

    /** The library from its part, if it is what was expected. */
    private void unpack(Item item, ZipDirectory directory) throws IOException {
        Path draft = folder.resolve("." + item.name() + ".draft");
        MessageDigest digest = Source.digest();
        Inflater inflater = new Inflater(true);
        try {
            try (InputStream packed = Files.newInputStream(part(item));
                    InputStream plain = directory.entry(item.name()).deflated()
                            ? new InflaterInputStream(packed, inflater, 1 << 16)
                            : packed;
                    InputStream read = new DigestInputStream(plain, digest)) {
                Files.copy(read, draft, StandardCopyOption.REPLACE_EXISTING);
            } catch (ZipException e) {
                Files.deleteIfExists(part(item));
                throw refused(item, e);
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(item.sha256())) {
                Files.deleteIfExists(part(item));
                throw refused(item, null);
            }
            Files.move(draft, folder.resolve(item.name()), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(part(item));
        } finally {
            inflater.end();
            Files.deleteIfExists(draft);
        }
    }

    private IOException refused(Item item, Throwable cause) {
        return new IOException(
                item.name() + " from " + archive.getHost() + " has another checksum than it should have: refused."
                        + " Try again, or use another --repository.",
                cause);
    }

    private IOException failure(IOException e) {
        boolean alone = e instanceof ConnectException || e.getMessage() == null; // Java says no more
        String reason = alone ? "no connection" : e.getMessage();
        return new IOException(
                archive.getHost() + " cannot be read (" + reason + "). Look at the connection and try again: what is"
                        + " fetched stays. A proxy is set with WARPMIX_JAVA_OPTS=-Dhttps.proxyHost=HOST"
                        + " -Dhttps.proxyPort=PORT, another server with --repository.",
                e);
    }

    /** Some bytes of the archive. */
    private InputStream get(String range) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(archive)
                .header("Range", "bytes=" + range)
                .timeout(Duration.ofSeconds(60))
                .build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (response.statusCode() != 206) {
            response.body().close();
            throw new IOException("it answers " + response.statusCode()
                    + (response.statusCode() == 200 ? ", the whole archive instead of a part" : ""));
        }
        return response.body();
    }
}
