package org.warpmix.backend.cuda;

import java.util.Locale;
import java.util.function.Consumer;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.FrontPattern;
import org.warpmix.likelihood.FrontSize;

/**
 * Keeps the dense part of single fits of crossed models in the memory of an NVIDIA GPU, the one of this machine with most of it free.
 *
 * <p>The memory is told before it is taken. What is kept is given back when this is closed; a fit made with it cannot be asked
 * for anything then that evaluates the criterion again.
 */
public final class CudaFronts implements DenseFront.Maker, AutoCloseable {

    private static final double GIGA = 1e9;
    /** What the libraries and the driver take for themselves. */
    private static final long OVERHEAD = 300_000_000;

    private final Consumer<String> notice;
    private Device device;

    /** @param notice takes the line that tells how much memory a front is going to take, from 1 GB on */
    public CudaFronts(Consumer<String> notice) {
        this.notice = notice;
    }

    /**
     * True.
     *
     * @throws IllegalArgumentException where there is a {@link #refusal}
     * @throws DeviceException where there is no device
     */
    @Override
    public synchronized boolean takes(FrontSize size) {
        String refusal = refusal(size);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal + " Use --backend cpu.");
        }
        if (bytes(size) >= GIGA) {
            notice.accept(needs(size));
        }
        return true;
    }

    /**
     * Why a front cannot lie on the device, in a sentence or two, or {@code null} where it can.
     *
     * @throws DeviceException where there is no device
     */
    public synchronized String refusal(FrontSize size) {
        if (size.eliminated().size() > 1) {
            return "The grouping factors " + String.join(", ", size.eliminated())
                    + " are nested, or few of their levels meet: that goes level by level, on the CPU.";
        }
        int widest = Math.max(size.q(), size.slots());
        if (widest > SchurFront.WIDEST) {
            return "A level of a grouping factor has " + widest + " columns, and the cuda backend takes up to "
                    + SchurFront.WIDEST + ".";
        }
        open();
        device.makeCurrent();
        return bytes(size) <= device.freeBytes() - Math.min(OVERHEAD, device.totalBytes() / 100)
                ? null
                : needs(size) + " Take a card with more memory or --solver iterative, or leave out rare levels.";
    }

    private static long bytes(FrontSize size) {
        return SchurFront.bytes(size) + SchurFront.inverseBytes(size);
    }

    private String needs(FrontSize size) {
        return String.format(
                Locale.ROOT,
                "%s: the dense block of order %,d needs %.1f GB of device memory; %s has %.1f GB, %.1f of it free.",
                size.factors(),
                size.order(),
                bytes(size) / GIGA,
                device,
                device.totalBytes() / GIGA,
                device.freeBytes() / GIGA);
    }

    @Override
    public synchronized DenseFront of(FrontPattern pattern) {
        open();
        device.makeCurrent();
        return new SchurFront(device, pattern);
    }

    /** Takes the device with most memory free. */
    private void open() {
        if (device != null) {
            return;
        }
        Discovery found = Discovery.cuda();
        if (found.status() != Discovery.Status.AVAILABLE) {
            throw new DeviceException(found.message());
        }
        for (Discovery.Card card : found.cards()) {
            if (card.problem() == null) {
                Device other = Device.open(card.ordinal());
                long free = other.freeBytes();
                if (device == null) {
                    device = other;
                    continue;
                }
                device.makeCurrent();
                Device less = free > device.freeBytes() ? device : other;
                device = less == device ? other : device;
                less.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (device != null) {
            device.close();
            device = null;
        }
    }
}
