package org.warpmix.backend.cuda;

/** A {@link GroupedModel} in a device's memory, with the kernel compiled for it; common to all that work there. */
final class GroupedDesign implements AutoCloseable {

    final GroupedModel model;
    final Kernel kernel;
    final DeviceArray classInts;
    final DeviceArray g;
    final DeviceArray sums;
    final DeviceArray b;
    final DeviceArray xx;
    final DeviceArray start;
    final DeviceArray inverse;
    final DeviceArray scoring;
    final DeviceArray bases;
    final DeviceArray r;
    final DeviceArray origin;
    final DeviceArray tested;
    final DeviceArray centre;

    GroupedDesign(Device device, GroupedModel model) {
        this.model = model;
        this.kernel = device.program("refit.cu", model.refitMacros()).kernel("refit");
        this.classInts = device.ints(model.classInts);
        this.g = device.doubles(model.g);
        this.sums = device.doubles(model.sums);
        this.b = device.doubles(model.b);
        this.xx = device.doubles(model.xx);
        this.start = device.doubles(model.start.x());
        this.inverse = device.doubles(model.start.inverse());
        this.scoring = device.doubles(model.scoring == null ? new double[0] : model.scoring.c());
        this.bases = device.doubles(model.bases);
        this.r = device.doubles(model.r);
        this.origin = device.doubles(model.origin);
        this.tested = device.ints(model.tested);
        this.centre = device.doubles(model.centre);
    }

    @Override
    public void close() {
        for (DeviceArray array :
                new DeviceArray[] {classInts, g, sums, b, xx, start, inverse, scoring, bases, r, origin, tested, centre
                }) {
            array.close();
        }
    }
}
