# syntax=docker/dockerfile:1.19
# The image of each program of the split deployment:
#   docker build --build-arg PROGRAM=command-side -t annals/command-side .
# PROGRAM is gateway, command-side or query-side.

FROM maven:3.9.11-eclipse-temurin-25 AS build
ARG PROGRAM
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl "$PROGRAM" -am -DskipTests -Dspotless.check.skip package \
    && cp "$PROGRAM/target/$PROGRAM-exec.jar" /annals.jar
# Files that seldom change are in separate layers, so a new version is a small download.
RUN java -Djarmode=tools -jar /annals.jar extract --layers --destination /layers

FROM eclipse-temurin:25.0.1_8-jre-noble
# A new volume takes the owner of the folder that it is mounted on.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin annals \
    && install --directory --owner=annals --mode=0700 /var/lib/annals
WORKDIR /annals
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
# Starts the program without stores to record the classes that it loads, which halves the time of later starts. The start
# fails with exit code 1, as expected; only the cache is needed.
RUN ANNALS_MASTER_KEY="$(head -c 32 /dev/urandom | base64)" \
    SPRING_DATASOURCE_URL=jdbc:postgresql://127.0.0.1:1/none \
    SPRING_MONGODB_URI=mongodb://127.0.0.1:1/none \
    SPRING_MAIL_HOST=127.0.0.1 \
    ANNALS_GATEWAY_COMMANDS=http://127.0.0.1:1 \
    ANNALS_GATEWAY_QUERIES=http://127.0.0.1:1 \
    java -XX:AOTCacheOutput=annals.aot -Dspring.context.exit=onRefresh -jar annals.jar; \
    test -s annals.aot
USER 10001
ENV SPRING_THREADS_VIRTUAL_ENABLED=true
EXPOSE 8080 8081
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-cp", "annals.jar", \
         "dev.annals.base.start.HealthProbe"]
# The program is process 1, so that it receives SIGTERM and drains. It writes only to /tmp and, with a volume, to
# /var/lib/annals: the rest may be read-only.
ENTRYPOINT ["java", "-XX:AOTCache=annals.aot", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "annals.jar"]
