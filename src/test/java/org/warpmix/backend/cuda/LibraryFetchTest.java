package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.backend.cuda.LibraryFetch.Item;

/** Parts of an archive, from a server that cuts, lies or does not know of parts. */
class LibraryFetchTest {

    private static final byte[] FIRST = bytes(1, 200_000);
    private static final byte[] SECOND = bytes(2, 50_000);
    private static final byte[] UNWANTED = bytes(3, 300_000);

    @TempDir
    private Path folder;

    private HttpServer server;
    private byte[] archive;
    private List<Item> items;

    /** Bytes after which the server ends its answers, for as many answers with data as {@link #cuts} says. */
    private int cutAt = 60_000;

    private int cuts;
    private boolean whole;
    private final AtomicLong sent = new AtomicLong();

    @BeforeEach
    void serve() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            add(zip, "lib/unwanted.so", UNWANTED, ZipEntry.DEFLATED);
            add(zip, "lib/first.so", FIRST, ZipEntry.DEFLATED);
            add(zip, "lib/second.so", SECOND, ZipEntry.STORED);
        }
        archive = bytes.toByteArray();
        ZipDirectory directory = ZipDirectory.read(archive);
        items = List.of(
                new Item("first.so", directory.entry("first.so").packed(), FIRST.length, Source.sha256(FIRST)),
                new Item("second.so", SECOND.length, SECOND.length, Source.sha256(SECOND)));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void add(ZipOutputStream zip, String name, byte[] content, int method) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String[] range = exchange.getRequestHeaders()
                .getFirst("Range")
                .substring("bytes=".length())
                .split("-");
        boolean tail = range[0].isEmpty();
        int last = Integer.parseInt(range[1]);
        int from = tail ? Math.max(0, archive.length - last) : Integer.parseInt(range[0]);
        int to = tail ? archive.length : last + 1;
        if (whole) {
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive, 0, cutAt);
            exchange.getResponseBody().flush(); // the headers leave with it, on newer JDKs not before
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(206, to - from);
        boolean data = !tail && to - from > ZipDirectory.HEADER;
        int count = data && cuts-- > 0 ? Math.min(cutAt, to - from) : to - from;
        sent.addAndGet(data ? count : 0); // before the client has it and looks
        try {
            exchange.getResponseBody().write(archive, from, count);
            exchange.getResponseBody().flush();
        } finally {
            exchange.close();
        }
    }

    private LibraryFetch fetch() {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/archive.jar");
        return new LibraryFetch(uri, folder, items);
    }

    private String failure() {
        IOException e = assertThrows(IOException.class, () -> fetch().run(done -> {}));
        assertEquals(1, e.getMessage().lines().count());
        return e.getMessage();
    }

    private void assertFetched() throws IOException {
        assertArrayEquals(FIRST, Files.readAllBytes(folder.resolve("first.so")));
        assertArrayEquals(SECOND, Files.readAllBytes(folder.resolve("second.so")));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(3, files.count(), "the two and the lock");
        }
    }

    @Test
    void fetchesItsPartsAlone() throws IOException {
        LibraryFetch fetch = fetch();
        long bytes = items.get(0).packed() + SECOND.length;
        assertEquals(bytes, fetch.bytesToFetch());
        assertEquals(250_000, fetch.bytesOnDisk());
        List<Long> progress = new ArrayList<>();
        fetch.run(progress::add);
        assertFetched();
        assertEquals(bytes, sent.get());
        assertEquals(bytes, progress.get(progress.size() - 1));
        assertEquals(0, fetch().bytesToFetch());
        fetch().run(done -> {});
        assertEquals(bytes, sent.get(), "what is there is not fetched again");
    }

    @Test
    void takesUpAConnectionThatBreaks() throws IOException {
        cuts = 3;
        fetch().run(done -> {});
        assertFetched();
        assertTrue(sent.get() < 1.2 * (FIRST.length + SECOND.length), "it began anew: " + sent);
    }

    @Test
    void goesOnInALaterRun() throws IOException {
        byte[] packed = new byte[100_000];
        int start = (int) ZipDirectory.read(archive).entry("first.so").offset();
        start += ZipDirectory.headerLength(Arrays.copyOfRange(archive, start, start + ZipDirectory.HEADER));
        System.arraycopy(archive, start, packed, 0, packed.length);
        Files.write(folder.resolve(".first.so.part"), packed);
        assertEquals(items.get(0).packed() - packed.length + SECOND.length, fetch().bytesToFetch());
        fetch().run(done -> {});
        assertFetched();
        assertEquals(items.get(0).packed() - packed.length + SECOND.length, sent.get());
    }

    @Test
    void givesUpWhereNothingComes() {
        cuts = 100;
        cutAt = 0;
        String message = failure();
        assertTrue(message.startsWith("127.0.0.1 cannot be read ("), message);
        assertTrue(message.contains("try again: what is fetched stays."), message);
    }

    @Test
    void refusesAnotherChecksum() throws IOException {
        Item second = items.get(1);
        items = List.of(items.get(0), new Item("second.so", second.packed(), second.bytes(), Source.sha256(FIRST)));
        assertTrue(failure().startsWith("second.so from 127.0.0.1 has another checksum than it should have: refused."));
        assertTrue(Files.exists(folder.resolve("first.so")));
        assertFalse(Files.exists(folder.resolve("second.so")));
        assertFalse(Files.exists(folder.resolve(".second.so.part")), "it would be refused for ever");
    }

    @Test
    void refusesDataThatIsDamaged() throws IOException {
        int at = (int) ZipDirectory.read(archive).entry("first.so").offset() + 100;
        Arrays.fill(archive, at, at + 1000, (byte) 0xff);
        assertTrue(failure().startsWith("first.so from 127.0.0.1 has another checksum"), "damaged");
        assertFalse(Files.exists(folder.resolve("first.so")));
    }

    @Test
    void refusesAnotherArchive() {
        items = List.of(new Item("first.so", 17, 20, "none"));
        assertTrue(failure().contains("is not the archive that it should be: first.so is missing or of another size"));
        items = List.of(new Item("third.so", 17, 20, "none"));
        assertTrue(failure().contains("third.so is missing"));
        archive = new byte[100_000];
        assertTrue(failure().contains("it is no zip archive"));
    }

    @Test
    void aServerWithoutPartsIsNotReadWhole() {
        whole = true;
        assertTrue(failure().contains("it answers 200, the whole archive instead of a part"));
    }

    @Test
    void noNetwork() {
        server.stop(0);
        String message = failure();
        assertTrue(message.startsWith("127.0.0.1 cannot be read (no connection). Look at the connection"), message);
        assertTrue(message.contains("WARPMIX_JAVA_OPTS=-Dhttps.proxyHost=HOST"), message);
    }
}
