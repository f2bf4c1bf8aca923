/**
 * What is installed in Heroku's own run image of heroku-24 (Ubuntu 24.04), by package: heroku/base-images, 14 July 2026. The
 * run image here is another system and holds the part of it that Python and Node apps meet.
 */
export const RUN_PACKAGES: ReadonlySet<string> = new Set(
  `
  adduser apt base-files base-passwd bash bind9-dnsutils bind9-host bind9-libs binutils binutils-common
  binutils-x86-64-linux-gnu bsdutils bzip2 ca-certificates ca-certificates-java coreutils curl dash debconf
  debianutils diffutils dirmngr dpkg e2fsprogs file findutils fontconfig fontconfig-config fonts-dejavu-core
  fonts-dejavu-mono fonts-urw-base35 gcc-14-base gettext-base ghostscript gir1.2-freedesktop gir1.2-glib-2.0
  gir1.2-harfbuzz-0.0 gnupg gnupg-utils gpg gpg-agent gpgconf gpgsm gpgv grep gzip hicolor-icon-theme hostname
  imagemagick imagemagick-6-common imagemagick-6.q16 inetutils-telnet init-system-helpers iproute2
  iputils-tracepath jq keyboxd less libacl1 libaec0 libaom3 libapt-pkg6.0t64 libarchive13t64 libargon2-1 libass9
  libassuan0 libatomic1 libattr1 libaudit-common libaudit1 libavahi-client3 libavahi-common-data
  libavahi-common3 libbinutils libblkid1 libbpf1 libbrotli1 libbsd0 libbz2-1.0 libc-bin libc-client2007e libc6
  libcairo-gobject2 libcairo2 libcap-ng0 libcap2 libcap2-bin libcares2 libcbor0.10 libcfitsio10t64 libcgif0
  libcom-err2 libcrypt1 libctf-nobfd0 libctf0 libcups2t64 libcurl3t64-gnutls libcurl4t64 libdatrie1 libdav1d7
  libdb5.3t64 libdbus-1-3 libde265-0 libdebconfclient0 libdeflate0 libdjvulibre-text libdjvulibre21 libedit2
  libelf1t64 libev4t64 libevent-2.1-7t64 libevent-core-2.1-7t64 libevent-extra-2.1-7t64
  libevent-openssl-2.1-7t64 libevent-pthreads-2.1-7t64 libexif12 libexpat1 libext2fs2t64 libffi8
  libfftw3-double3 libfido2-1 libfontconfig1 libfontenc1 libfreetype6 libfribidi0 libgcc-s1 libgcrypt20 libgd3
  libgdbm-compat4t64 libgdbm6t64 libgdk-pixbuf-2.0-0 libgdk-pixbuf2.0-common libglib2.0-0t64 libgmp10
  libgnutls-openssl27t64 libgnutls30t64 libgomp1 libgpg-error0 libgprofng0 libgraphite2-3 libgs-common libgs10
  libgs10-common libgssapi-krb5-2 libharfbuzz-gobject0 libharfbuzz-icu0 libharfbuzz0b libhashkit2t64
  libhdf5-103-1t64 libheif-plugin-aomdec libheif-plugin-libde265 libheif1 libhogweed6t64 libhwy1t64 libice6
  libicu74 libidn12 libidn2-0 libijs-0.35 libimagequant0 libimath-3-1-29t64 libjansson4 libjbig0 libjbig2dec0
  libjpeg-turbo8 libjpeg8 libjq1 libjson-c5 libjxl0.7 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0
  libksba8 liblcms2-2 libldap2 liblerc4 liblmdb0 liblqr-1-0 libltdl7 liblttng-ust-common1t64
  liblttng-ust-ctl5t64 liblttng-ust1t64 liblz4-1 liblzf1 liblzma5 libmagic-mgc libmagic1t64
  libmagickcore-6.q16-7-extra libmagickcore-6.q16-7t64 libmagickwand-6.q16-7t64 libmatio11 libmaxminddb0 libmd0
  libmemcached11t64 libmemcachedutil2t64 libmnl0 libmount1 libmp3lame0 libmysqlclient21 libncurses6 libncursesw6
  libnettle8t64 libnghttp2-14 libnpth0t64 libnspr4 libnss3 libnuma1 libogg0 libonig5 libopencore-amrnb0
  libopencore-amrwb0 libopenexr-3-1-30 libopenjp2-7 libopenslide0 libopus0 libp11-kit0 libpam-modules
  libpam-modules-bin libpam-runtime libpam0g libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpaper1
  libpcre2-8-0 libperl5.38t64 libpixman-1-0 libpng16-16t64 libpoppler-glib8t64 libpoppler134 libpopt0 libpq5
  libproc2-0 libpsl5t64 librabbitmq4 libraw23t64 libreadline8t64 librsvg2-2 librsvg2-common librtmp1 libsasl2-2
  libsasl2-modules libsasl2-modules-db libseccomp2 libselinux1 libsemanage-common libsemanage2 libsepol2
  libsframe1 libsharpyuv0 libsm6 libsmartcols1 libsodium23 libspeex1 libspng0 libsqlite3-0 libss2 libssh-4
  libssl3t64 libstdc++6 libsvtav1enc1d1 libsystemd0 libsz2 libtasn1-6 libthai-data libthai0 libtheora0 libtiff6
  libtinfo6 libtirpc-common libtirpc3t64 libudev1 libunibreak5 libunistring5 libuuid1 libuv1t64 libvips42t64
  libvorbis0a libvorbisenc2 libvorbisfile3 libvpx9 libwebp7 libwebpdecoder3 libwebpdemux2 libwebpmux3
  libwmf-0.2-7 libwmflite-0.2-7 libwrap0 libx11-6 libx11-data libx264-164 libx265-199 libxau6 libxcb-render0
  libxcb-shm0 libxcb1 libxdmcp6 libxext6 libxml2 libxpm4 libxrender1 libxslt1.1 libxt6t64 libxtables12
  libxxhash0 libyaml-0-2 libzip4t64 libzstd1 locales login logsave lsb-release mawk media-types mlock mount
  mysql-common nano ncurses-base ncurses-bin netbase netcat-openbsd openssh-client openssh-server
  openssh-sftp-server openssl passwd patch perl perl-base perl-modules-5.38 pinentry-curses poppler-data
  poppler-utils postgresql-client-18 postgresql-client-common procps readline-common rsync sed sensible-utils
  shared-mime-info socat sysvinit-utils tar tzdata ubuntu-keyring ucf unminimize unzip util-linux wget
  x11-common xfonts-encodings xfonts-utils xz-utils zip zlib1g zstd
`
    .trim()
    .split(/\s+/),
);
